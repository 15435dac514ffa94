using static Creel.Core.Policy.ClaimGround;

namespace Creel.Core.Policy;

/// <summary>What a cell may try by names and links that lead elsewhere.</summary>
internal static class ClaimsOnNames
{
    public static IReadOnlyList<Attempt> Attempts { get; } =
    [
        Of("parent-path", "reads Creel's home by a path full of '..'", OwnFiles, OwnUser),
        Of("file-task", "has its runtime's file:read follow a path full of '..'", OwnFiles, OwnUser),
        Of("symlink", "reads Creel's home by a symbolic link in its workspace", OwnFiles, OwnUser),
        Of("hard-link", "makes a hard link to a file of Creel's home", OwnFiles, OwnUser),
        Of("hub-admin", "reaches the operator's routes by its own socket", OwnFiles),
        Of("hub-parent", "reaches the operator's routes by '..' in a path at the hub", OwnFiles),
        Of("agent-name", "asks the hub for an agent whose name is a path", OwnFiles),
        Of("group-name", "asks the hub for an agent by a group's name with '..' in it", OwnFiles),
        Of("stranger-name", "speaks at the hub in another agent's name", OwnFiles),
        Of("shared-write", "writes into a shared folder that is read-only", OwnFiles),
        Of("shared-parent", "climbs out of a shared folder by '..'", OwnFiles),
        Of("shared-link", "makes a hard link from a shared folder into its own", OwnFiles),
        Of("shared-race", "reads Creel's home by swapping links in a folder while it is read", OwnFiles, OwnUser),
    ];

    private static Attempt Of(string id, string sentence, params ClaimGround[] grounds) =>
        new($"naming.{id}", AttemptFamily.Naming, sentence, grounds);
}
