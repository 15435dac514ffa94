using System.Text;
using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Link;
using Creel.Runtime;
using Creel.Runtime.Brains.Native;
using Creel.Runtime.Work;

namespace Creel.Tests.Runtime.Native;

/// <summary>A native brain with a workspace, a state folder and a model, in this process.</summary>
internal sealed class NativeCell : IAsyncDisposable
{
    private readonly TestFolder folder = new();
    private readonly TaskSurroundings surroundings;

    private NativeCell(StandInModel model, TimeProvider time)
    {
        Model = model;
        Workspace = Directory.CreateDirectory(folder["work"]).FullName;
        State = Directory.CreateDirectory(folder["state"]).FullName;
        Directory.CreateDirectory(Path.Combine(State, "home"));
        var settings = new RuntimeSettings
        {
            Cell = "c",
            State = State,
            RelayPort = model.Port,
        };
        surroundings = new TaskSurroundings(settings, name => name == "PATH" ? "/usr/bin:/bin" : null, time, false);
        Agent = TestHub.Agent("bart", Workspace, new WelcomeBrain("native", [], "stdin", "text")) with
        {
            Model = "anthropic/claude-sonnet-4-6",
            Mind = new MindModel { SkipBootstrap = true },
        };
    }

    public StandInModel Model { get; }

    public string Workspace { get; }

    public string State { get; }

    public string Outside => Directory.CreateDirectory(folder["outside"]).FullName;

    public WelcomeAgent Agent { get; set; }

    public string Sessions => Path.Combine(State, "agents", "bart", "sessions");

    /// <summary>What the turn that ran last had shown.</summary>
    public string Shown { get; private set; } = "";

    public IReadOnlyList<JsonElement> Events { get; private set; } = [];

    public static async Task<NativeCell> StartAsync(TimeProvider? time = null) =>
        new(await StandInModel.StartAsync(), time ?? TimeProvider.System);

    public void Mind(Func<MindModel, MindModel> change) => Agent = Agent with { Mind = change(Agent.Mind!) };

    public TaskRun Run(object payload) =>
        new(new TaskOrder("t1", "bart", "turn", JsonSerializer.SerializeToElement(payload)), Agent, surroundings);

    public Task<TaskOutcome> TurnAsync(string message, string? key = null) => TurnAsync(new { message }, key);

    public async Task<TaskOutcome> TurnAsync(object payload, string? key = null)
    {
        using var run = Run(payload);
        return await TurnAsync(run, key);
    }

    public async Task<TaskOutcome> TurnAsync(TaskRun run, string? key = null)
    {
        try
        {
            return await NativeBrain.AnswerAsync(run, run.Fields.Required("turn", "message"), key);
        }
        finally
        {
            run.Output.End();
            run.Events.End();
            Shown = Encoding.UTF8.GetString(run.Output.Trimmed());
            Events =
            [
                .. Encoding
                    .UTF8.GetString(run.Events.Trimmed())
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonDocument.Parse(line).RootElement),
            ];
        }
    }

    /// <summary>The lines of the one transcript that there is.</summary>
    public IReadOnlyList<JsonElement> Transcript() =>
        [
            .. File.ReadAllLines(Directory.GetFiles(Sessions, "*.jsonl").Single())
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];

    public string InWorkspace(string name) => Path.Combine(Workspace, name);

    public async ValueTask DisposeAsync()
    {
        await surroundings.Conversations.Programs.KillAllAsync();
        await Model.DisposeAsync();
        folder.Dispose();
    }
}
