namespace Creel.Core.Isolation;

/// <summary>Folders on the host that belong to a cell's user. Nothing here follows a symbolic link that a cell could have made.</summary>
public interface ICellFolders
{
    /// <summary>The uid that owns a folder; null where there is none.</summary>
    int? OwnerOf(string folder);

    /// <summary>
    /// Makes the folder and its parents, 0700 and the last owned by <paramref name="owner"/>; hands all of it over when somebody else owns
    /// it. As root only in folders that nobody but root can change.
    /// </summary>
    /// <exception cref="CreelException">It, or something above it, is a link or a file; or it can't be made, or not safely.</exception>
    void Provide(string folder, CellUser? owner);

    /// <summary>Deletes the folder with all that is in it; nothing to do if it is not there.</summary>
    void Delete(string folder);
}
