using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Isolation;
using Creel.Core.Sessions;

namespace Creel.Adapters.OpenClaw;

/// <summary>Files of messages in the workspaces of cells: those that come in are in <c>media/inbound</c>, as OpenClaw has it.</summary>
/// <param name="place">Where an agent's files are; null: there is no such agent.</param>
public sealed class WorkspaceMedia(Func<AgentId, AgentPlace?> place) : IAgentMedia
{
    private const string Folder = "media";
    private const string Inbound = "inbound";

    public ValueTask<string> PutAsync(
        AgentId agent,
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancel = default
    )
    {
        if (name.Length is 0 or > 200 || name[0] == '.' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new CreelException(Fault.Invalid("file-name", "that is no name for a file"));
        }

        var own = Find(agent);
        using var tree = CellTree.Open(own.Workspace, "") ?? throw Missing(agent);
        using var media = tree.Folder(Folder, own.User);
        using var inbound = media.Folder(Inbound, own.User);
        inbound.Write(name, content.Span, own.User);
        return new($"{Folder}/{Inbound}/{name}");
    }

    public async ValueTask<byte[]> GetAsync(AgentId agent, string path, long most, CancellationToken cancel = default)
    {
        var own = Find(agent);
        var relative = Relative(own, path);
        var cut = relative.LastIndexOf('/');
        using var tree = CellTree.Open(own.Workspace, cut < 0 ? "" : relative[..cut]) ?? throw NoFile();
        using var file = tree.Read(relative[(cut + 1)..]) ?? throw NoFile();
        var size = RandomAccess.GetLength(file);
        if (size > most)
        {
            throw new CreelException(
                new Fault(FaultKind.TooLarge, "file-too-large", $"the file has {size} bytes, and {most} may be sent")
            );
        }

        var content = new byte[size];
        var read = 0;
        while (
            read < content.Length && await RandomAccess.ReadAsync(file, content.AsMemory(read), read, cancel) is > 0 and var more
        )
        {
            read += more;
        }

        return read == content.Length ? content : content[..read];
    }

    /// <summary>An agent names a file as it sees it in its cell.</summary>
    private static string Relative(AgentPlace own, string path)
    {
        foreach (var root in (string[])[CellPaths.Workspace(own.Agent), own.Workspace.TrimEnd('/')])
        {
            if (path.StartsWith($"{root}/", StringComparison.Ordinal))
            {
                path = path[(root.Length + 1)..];
                break;
            }
        }

        var parts = path.Split('/').Where(part => part is not ("" or ".")).ToList();
        return !path.StartsWith('/') && parts.Count > 0 && !parts.Contains("..") && !path.Contains('\0')
            ? string.Join('/', parts)
            : throw NoFile();
    }

    private static CreelException NoFile() => new(Fault.NotFound("no-file", "there is no such file in the workspace"));

    private static CreelException Missing(AgentId agent) =>
        new(Fault.Unavailable("no-workspace", $"agent '{agent}' has no workspace yet", "bring its habitat up: creel up"));

    private AgentPlace Find(AgentId agent) =>
        place(agent)
        ?? throw new CreelException(
            Fault.NotFound("unknown-agent", $"there is no agent '{agent}'", "list them: creel agent list")
        );
}
