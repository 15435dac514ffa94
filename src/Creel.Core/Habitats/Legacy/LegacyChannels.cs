using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>
/// Owners and bot tokens of an older habitat as <c>channels</c> and <c>bindings</c>: an account for each token.
/// </summary>
internal sealed class LegacyChannels(Fields top, Findings findings)
{
    private static readonly string[] Platforms = ["telegram", "discord", "both"];

    private readonly Dictionary<(string Agent, string Platform), Json5Node?> tokens = [];

    public Json5Object? Channels(IReadOnlyList<LegacyAgent> agents)
    {
        var channels = new List<(string, Json5Node)>();
        foreach (var platform in Enabled())
        {
            var config = Config(platform);
            var accounts = agents.Select(a => (a.Id, Token: Token(a, platform))).Where(a => a.Token is not null).ToList();
            if (accounts.Count > 0)
            {
                channels.Add((platform, platform == "telegram" ? Telegram(accounts, config) : Discord(accounts, config)));
            }
        }

        return channels.Count == 0 ? null : Tree.Object(top.At, channels);
    }

    public Json5Array? Bindings(IReadOnlyList<LegacyAgent> agents)
    {
        var bindings =
            from agent in agents
            from platform in Platforms
            let token = tokens.GetValueOrDefault((agent.Id, platform))
            where token is not null
            let account = Tree.Text(token.At, agent.Id)
            select Tree.Object(
                token.At,
                ("agentId", account),
                ("match", Tree.Object(token.At, ("channel", Tree.Text(token.At, platform)), ("accountId", account)))
            );
        var list = bindings.ToList();
        return list.Count == 0 ? null : Tree.Array(top.At, list);
    }

    private string[] Enabled()
    {
        var platform = top.Text("platform") ?? "telegram";
        if (!Platforms.Contains(platform))
        {
            findings.Error(
                top.PlaceOf("platform"),
                $"{Slug.Quote(platform)} is none of: {string.Join(", ", Platforms)}{Spelling.Hint(platform, Platforms)}"
            );
        }

        return platform == "both" ? ["telegram", "discord"] : [platform];
    }

    private Json5Object? Config(string platform)
    {
        var platforms = top.Object("platforms");
        if (platforms is not null && platforms.Find(platform) is not null)
        {
            return new Fields(platforms, findings).Object(platform);
        }

        if (top.Has(platform))
        {
            findings.Warn(top.Node.Find(platform)!.KeyAt, $"is the oldest schema: write it under platforms.{platform}");
        }

        return top.Object(platform);
    }

    private Json5Node? Token(LegacyAgent agent, string platform)
    {
        var given = new Fields(agent.Node, findings).Object("tokens");
        var token = given?.Value(platform);
        foreach (var old in (string[])(platform == "telegram" ? ["telegramBotToken", "botToken"] : ["discordBotToken"]))
        {
            if (given?.Find(platform) is null && token is null && agent.Value(old) is { } value)
            {
                findings.Warn(agent.Node.Find(old)!.KeyAt, $"is the oldest schema: write it under tokens.{platform}");
                token = value;
            }
        }

        if (token is not null and not Json5String)
        {
            findings.Error(token.At, $"must be a string, got {token.Kind}");
        }

        return tokens[(agent.Id, platform)] = token is Json5String { Value: not "" } ? token : null;
    }

    private Json5Object Telegram(List<(string Id, Json5Node? Token)> accounts, Json5Object? config)
    {
        var owner = config?.Value("ownerId");
        var council = top.Object("council");
        var group =
            (council?.Value("telegram") as Json5Object)?.Value("groupId")
            ?? council?.Value("groupId")
            ?? top.Any("councilGroupId");
        var policy = Tree.Object(top.At, ("requireMention", Tree.True(top.At)));
        return Tree.Object(
            top.At,
            ("enabled", Tree.True(top.At)),
            (
                "accounts",
                Tree.Object(
                    top.At,
                    accounts.Select(a =>
                        (
                            a.Id,
                            (Json5Node)
                                Tree.Object(
                                    a.Token!.At,
                                    ("botToken", a.Token),
                                    ("dmPolicy", Tree.Text(a.Token.At, owner is null ? "pairing" : "allowlist")),
                                    ("allowFrom", owner is null ? null : Tree.Array(owner.At, [owner]))
                                )
                        )
                    )
                )
            ),
            ("groups", group is Json5String id ? Tree.Object(group.At, [(id.Value, (Json5Node)policy), ("*", policy)]) : null)
        );
    }

    private static Json5Object Discord(List<(string Id, Json5Node? Token)> accounts, Json5Object? config)
    {
        var at = accounts[0].Token!.At;
        var owner = config?.Value("ownerId");
        var policy = Tree.Object(at, ("requireMention", Tree.True(at)));
        return Tree.Object(
            at,
            ("enabled", Tree.True(at)),
            ("groupPolicy", Tree.Text(at, "allowlist")),
            ("dmPolicy", Tree.Text(at, "pairing")),
            ("allowFrom", owner is null ? null : Tree.Array(owner.At, [owner])),
            (
                "guilds",
                config?.Value("serverId") is Json5String guild ? Tree.Object(guild.At, [(guild.Value, (Json5Node)policy)]) : null
            ),
            ("accounts", Tree.Object(at, accounts.Select(a => (a.Id, (Json5Node)Tree.Object(a.Token!.At, ("token", a.Token))))))
        );
    }
}
