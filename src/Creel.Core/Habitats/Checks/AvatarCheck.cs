using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Checks;

/// <summary>An agent's picture is from the web or from its own workspace.</summary>
internal static class AvatarCheck
{
    public static void Check(Json5Object entry, Findings findings)
    {
        if (entry.Map("identity")?.Value("avatar") is not Json5String avatar || avatar.Value.Trim() is not { Length: > 0 } text)
        {
            return;
        }

        if (
            text.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        )
        {
            return;
        }

        var workspace = entry.Word("workspace");
        var inside =
            text.StartsWith('/')
                ? workspace is ['/', ..] && PathRule.Normalise(text) is { } full && PathRule.Within(full, workspace)
            : text.StartsWith('~') || text.Contains(':', StringComparison.Ordinal) ? false
            : PathRule.Normalise($"/{text}") is not null;
        if (!inside)
        {
            findings.Issue(
                avatar.At,
                "avatar_outside_workspace",
                $"{Slug.Quote(text)} is not in the agent's workspace: write a path in it, an http address, or data:"
            );
        }
    }
}
