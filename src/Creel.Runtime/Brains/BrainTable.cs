using Creel.Core;
using Creel.Runtime.Brains.Native;
using Creel.Runtime.Brains.OpenClaw;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains;

/// <summary>Which code is which kind of brain.</summary>
internal static class BrainTable
{
    /// <param name="sessionKey">The conversation; null outside of one.</param>
    public delegate Task<TaskOutcome> Brain(TaskRun run, string message, string? sessionKey);

    private static readonly Dictionary<string, Brain> Kinds = new()
    {
        ["command"] = CommandBrain.AnswerAsync,
        ["native"] = NativeBrain.AnswerAsync,
        ["openclaw"] = OpenClawBrain.AnswerAsync,
    };

    /// <exception cref="CreelException">This build has no such brain.</exception>
    public static Brain Find(string kind, string agent) =>
        Kinds.TryGetValue(kind, out var brain)
            ? brain
            : throw new CreelException(
                Fault.Unavailable(
                    "no-brain",
                    $"Agent '{agent}' has a brain of kind '{kind}', which this version of creel-runtime does not have",
                    $"It has: {string.Join(", ", Kinds.Keys)}"
                )
            );
}
