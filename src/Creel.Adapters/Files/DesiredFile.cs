using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Adapters.Files;

/// <summary>What should run, in a file for its owner alone.</summary>
public sealed class DesiredFile(string path) : IDesiredStore
{
    public string Name => path;

    public string? Load() => File.Exists(path) ? File.ReadAllText(path) : null;

    public void Save(string text) => WholeFile.Write(path, text);
}
