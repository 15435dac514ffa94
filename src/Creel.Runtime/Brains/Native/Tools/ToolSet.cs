using Creel.Core;
using Creel.Core.Tools;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary>The tools that a turn has, by the agent's policy; which is asked again at each call.</summary>
/// <param name="model">Which one is asked now: providers may have tools of their own.</param>
internal sealed class ToolSet(ToolScene scene, Func<ModelName> model, TurnEvents events)
{
    private const int AtOnce = 8;
    private readonly SemaphoreSlim alone = new(1, 1);
    private readonly SemaphoreSlim some = new(AtOnce, AtOnce);
    private (ModelName Model, ToolResolution There)? known;

    public static IReadOnlyDictionary<string, Tool> All { get; } =
        new[] { FileTools.All, PatchTool.All, ExecTool.All, FetchTool.All, MemoryTools.All, SessionTools.All }
            .SelectMany(tools => tools)
            .ToDictionary(tool => tool.Name);

    public IReadOnlyList<ToolOffer> Offers =>
        [.. Resolve().There.Select(name => All[name]).Select(tool => new ToolOffer(tool.Name, tool.Description, tool.Schema))];

    /// <summary>Carries all of them out, some at once, and answers in their order.</summary>
    /// <param name="ended">Told of each answer as it comes.</param>
    /// <exception cref="OperationCanceledException">The turn is over.</exception>
    public async Task<IReadOnlyList<ToolMessage>> RunAsync(
        IReadOnlyList<CallPart> calls,
        Action<ToolMessage> ended,
        CancellationToken cancel
    ) =>
        await Task.WhenAll(
                calls.Select(async call =>
                {
                    var answer = await RunAsync(call, cancel).ConfigureAwait(false);
                    ended(answer);
                    return answer;
                })
            )
            .ConfigureAwait(false);

    private async Task<ToolMessage> RunAsync(CallPart call, CancellationToken cancel)
    {
        await some.WaitAsync(cancel).ConfigureAwait(false);
        events.ToolStarts(call.Id, call.Tool);
        var answer = new ToolAnswer("", true);
        try
        {
            answer = await CarryOutAsync(call, cancel).ConfigureAwait(false);
        }
        finally
        {
            some.Release();
            events.ToolEnds(call.Id, call.Tool, !answer.Failed);
        }

        return new ToolMessage(call.Id, call.Tool, Bounded.Text(answer.Text), answer.Failed);
    }

    private async Task<ToolAnswer> CarryOutAsync(CallPart call, CancellationToken cancel)
    {
        var name = ToolNames.Plain(call.Tool);
        if (!All.TryGetValue(name, out var tool) || Refusal(name) is not null)
        {
            var there = string.Join(", ", Resolve().There);
            return new ToolAnswer(
                All.ContainsKey(name)
                    ? $"The tool {name} is not allowed here: {Refusal(name)}"
                    : $"There is no tool '{Bounded.Text(call.Tool, 80)}'. You have: {(there.Length > 0 ? there : "none")}",
                true
            );
        }

        if (JsonText.Parse(call.Arguments) is not { ValueKind: System.Text.Json.JsonValueKind.Object } input)
        {
            return new ToolAnswer($"The arguments of {name} are no JSON object. Its schema: {tool.Schema}", true);
        }

        if (tool.Alone)
        {
            await alone.WaitAsync(cancel).ConfigureAwait(false);
        }

        try
        {
            return await tool.Run(new ToolUse(scene, new TaskFields(input), cancel)).ConfigureAwait(false);
        }
        catch (CreelException e)
        {
            return new ToolAnswer(e.Fault.ToString(), true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or ArgumentException)
        {
            return new ToolAnswer(e.Message, true);
        }
        finally
        {
            if (tool.Alone)
            {
                alone.Release();
            }
        }
    }

    private string? Refusal(string name) =>
        Resolve().Verdicts.FirstOrDefault(v => v.Tool == name) is { There: false } verdict
            ? $"{verdict.Step} {verdict.Why}"
            : null;

    private ToolResolution Resolve()
    {
        var now = model();
        if (known is { } before && before.Model == now)
        {
            return before.There;
        }

        var rules = scene.Run.Agent.Mind?.Tools ?? ToolRules.Usual;
        var question = new ToolQuestion(
            now.Provider,
            now.Model,
            scene.Order.Subagent,
            scene.Order.Leaf,
            Owner: scene.Order.Source is not { Owner: false },
            scene.Order.Source?.Limits
        );
        var resolved = ToolPolicy.Resolve(rules, question, ToolNames.Native);
        foreach (var warning in resolved.Warnings)
        {
            events.Note(warning);
        }

        known = (now, resolved);
        return resolved;
    }
}
