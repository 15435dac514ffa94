using Creel.Core;
using Creel.Runtime.Brains.Native.Transcripts;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary>Something that a model can have done.</summary>
/// <param name="Schema">Of its arguments, as JSON.</param>
internal sealed record Tool(string Name, string Description, string Schema, Func<ToolUse, Task<ToolAnswer>> Run)
{
    /// <summary>It changes files, so it never runs beside another of its kind.</summary>
    public bool Alone { get; init; }
}

/// <summary>What all tools of a turn have around them.</summary>
internal sealed record ToolScene(
    TaskRun Run,
    TurnOrder Order,
    Workspace Workspace,
    SessionFolder Folder,
    string Session,
    string Relay
)
{
    /// <summary>A path that the model gave.</summary>
    /// <exception cref="CreelException">It leads out of the workspace, and this agent's file tools stay there.</exception>
    public string PathOf(string said)
    {
        var full = Workspace.Full(said);
        return Run.Agent.Mind?.Tools.WorkspaceOnly != true || Workspace.Contains(full)
            ? full
            : throw new CreelException(
                Fault.Refused("outside-workspace", $"'{said}' is not in the workspace, and files outside are closed to you")
            );
    }
}

/// <summary>A call of a tool.</summary>
/// <param name="Input">The model's arguments.</param>
internal sealed record ToolUse(ToolScene Scene, TaskFields Input, CancellationToken Cancel)
{
    /// <summary>The first of these that is there: models mix up what each other's tools call a thing.</summary>
    /// <exception cref="CreelException">None is.</exception>
    public string Required(params string[] names) =>
        Optional(names) ?? throw new CreelException(Fault.Invalid("argument-missing", $"'{names[0]}' is missing"));

    public string? Optional(params string[] names)
    {
        foreach (var name in names)
        {
            if (Input.Text(name) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <exception cref="CreelException">It is no number within these bounds.</exception>
    public int? Number(string name, int least, int most) =>
        Input.Number(name) is not { } number ? null
        : number >= least && number <= most ? (int)number
        : throw new CreelException(Fault.Invalid("argument", $"'{name}' must be from {least} to {most}"));
}

/// <summary>What a tool says to the model.</summary>
internal sealed record ToolAnswer(string Text, bool Failed = false);
