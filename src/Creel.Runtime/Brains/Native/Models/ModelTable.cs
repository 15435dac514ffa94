using Creel.Core;
using Creel.Core.Link;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>Which provider is spoken to how.</summary>
internal static class ModelTable
{
    /// <exception cref="CreelException">There is no such provider, or it speaks no dialect that is known.</exception>
    public static IModel Open(ModelName model, WelcomeAgent agent, string relay)
    {
        var upstreams = agent.Upstreams ?? ModelCalls.BuiltIn;
        var upstream =
            upstreams.FirstOrDefault(u => u.Name == model.Provider)
            ?? throw new CreelException(
                Fault.NotFound(
                    "no-upstream",
                    $"The model {model} is at '{model.Provider}', which is no upstream of this habitat",
                    $"It has: {string.Join(", ", upstreams.Select(u => u.Name))}"
                )
            );
        var key = $"proxy:{agent.Id}";
        return upstream.Dialect switch
        {
            "anthropic" => Anthropic($"{relay}/{upstream.Name}", key),
            "openai" => OpenAi($"{relay}/{upstream.Name}/v1", key, upstream.Name == "openai"),
            _ => throw new CreelException(
                Fault.Invalid(
                    "no-dialect",
                    $"The upstream '{upstream.Name}' has no dialect, so nobody knows how to ask it for an answer",
                    "Say dialect 'anthropic' or 'openai' in the habitat"
                )
            ),
        };
    }

    // Methods of their own: an SDK is loaded by the first turn that needs it, and not before.
    private static AnthropicModel Anthropic(string url, string key) => new(url, key);

    private static OpenAiModel OpenAi(string url, string key, bool original) => new(url, key, original);
}
