using System.Text;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.OpenClaw;

/// <summary>The files of OpenClaw's by which an agent knows who it is, in the workspaces of cells.</summary>
/// <param name="place">Where an agent's files are; null: there is no such agent.</param>
public sealed class WorkspaceFiles(Func<AgentId, AgentPlace?> place) : IAgentFiles
{
    private const int Most = 2 * 1024 * 1024;

    public string Workspace(AgentId agent) => Find(agent).Workspace;

    public ValueTask<IReadOnlyList<AgentFile>> ListAsync(AgentId agent, CancellationToken cancel = default)
    {
        var own = Find(agent);
        using var tree = CellTree.Open(own.Workspace, "");
        return new([.. FileRules.Shown.Select(name => Seen(own, tree, name))]);
    }

    public ValueTask<AgentFile> GetAsync(AgentId agent, string name, CancellationToken cancel = default)
    {
        Check(name);
        var own = Find(agent);
        using var tree = CellTree.Open(own.Workspace, "");
        using var file = tree?.Read(name);
        return new(File(own, name, file, withContent: true));
    }

    public ValueTask<AgentFile> SetAsync(AgentId agent, string name, string content, CancellationToken cancel = default)
    {
        Check(name);
        var own = Find(agent);
        var bytes = Encoding.UTF8.GetBytes(content);
        if (bytes.Length > Most)
        {
            throw new CreelException(new Fault(FaultKind.TooLarge, "file-too-large", $"{name} is longer than 2 MiB"));
        }

        using var tree =
            CellTree.Open(own.Workspace, "")
            ?? throw new CreelException(
                Fault.Unavailable("no-workspace", $"agent '{agent}' has no workspace yet", "bring its habitat up: creel up")
            );
        tree.Write(name, bytes, own.User);
        using var file = tree.Read(name);
        return new(File(own, name, file, withContent: true) with { Content = content });
    }

    /// <summary>In a list, what is no plain file is as good as missing.</summary>
    private static AgentFile Seen(AgentPlace own, CellTree? tree, string name)
    {
        try
        {
            using var file = tree?.Read(name);
            return File(own, name, file, withContent: false);
        }
        catch (CreelException)
        {
            return File(own, name, null, withContent: false);
        }
    }

    private static AgentFile File(AgentPlace own, string name, SafeFileHandle? file, bool withContent)
    {
        var path = Path.Combine(own.Workspace, name);
        if (file is null)
        {
            return new AgentFile(name, path, true, null, null, null);
        }

        var size = RandomAccess.GetLength(file);
        var changed = new DateTimeOffset(System.IO.File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
        return new AgentFile(name, path, false, size, changed, withContent ? Text(name, file, size) : null);
    }

    private static string Text(string name, SafeFileHandle file, long size)
    {
        if (size > Most)
        {
            throw new CreelException(new Fault(FaultKind.TooLarge, "file-too-large", $"{name} is longer than 2 MiB"));
        }

        var bytes = new byte[size];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var more)
        {
            read += more;
        }

        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    private static void Check(string name)
    {
        if (!FileRules.Shown.Contains(name))
        {
            throw new CreelException(Fault.Invalid("unsupported-file", $"unsupported file \"{Shown(name)}\""));
        }
    }

    private static string Shown(string name) => new([.. name.Take(64).Where(c => !char.IsControl(c))]);

    private AgentPlace Find(AgentId agent) =>
        place(agent)
        ?? throw new CreelException(
            Fault.NotFound("unknown-agent", $"there is no agent '{agent}'", "list them: creel agent list")
        );
}
