namespace Creel.Adapters.Files;

/// <summary>Tells when something in a habitat's folder changes: inotify, through the platform.</summary>
internal sealed class HabitatWatch : IDisposable
{
    private readonly FileSystemWatcher watcher;

    /// <exception cref="IOException">There are too many watches on this machine.</exception>
    public HabitatWatch(string folder, Action changed)
    {
        watcher = new FileSystemWatcher(folder)
        {
            NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.Size | NotifyFilters.CreationTime,
            IncludeSubdirectories = false,
        };
        watcher.Changed += (_, _) => changed();
        watcher.Created += (_, _) => changed();
        watcher.Deleted += (_, _) => changed();
        watcher.Renamed += (_, _) => changed();
        // Events were lost: something changed.
        watcher.Error += (_, _) => changed();
        watcher.EnableRaisingEvents = true;
    }

    public void Dispose() => watcher.Dispose();
}
