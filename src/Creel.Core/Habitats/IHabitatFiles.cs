using Creel.Core.Habitats.Local;

namespace Creel.Core.Habitats;

/// <summary>Where habitats are read from, and where what commands and APIs change is written to.</summary>
public interface IHabitatFiles
{
    /// <summary>Reads a habitat with its local part and what it includes. What is wrong inside is in the reading.</summary>
    /// <exception cref="CreelException">The file is missing, or can't be read.</exception>
    HabitatSnapshot Read(string file, HabitatManner manner);

    /// <summary>What a change would give, without writing it.</summary>
    /// <exception cref="CreelException">As <see cref="ChangeAsync"/>, also where nothing can be written.</exception>
    HabitatSnapshot Preview(string file, HabitatManner manner, HabitatChange change);

    /// <summary>Makes one change in the local part; the whole is validated first, and written only if nothing is wrong.</summary>
    /// <exception cref="CreelException">It would be wrong, or the file is not of that revision any more; nothing was written.</exception>
    Task<HabitatSnapshot> ChangeAsync(
        string file,
        HabitatManner manner,
        HabitatChange change,
        string? revision = null,
        CancellationToken cancel = default
    );

    /// <summary>Tells whenever the habitat's files may have changed, from now until it is disposed of; from any thread, and often for nothing.</summary>
    /// <exception cref="CreelException">Its folder can't be watched.</exception>
    IDisposable Watch(string file, Action changed);
}
