using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;

namespace Creel.Tests.Habitats;

public class IdleKeyTests
{
    [Fact]
    public void What_nothing_goes_by_is_told_with_its_line_and_what_holds_instead()
    {
        var found = Idle(
            """
            {
              agents: {
                defaults: { compaction: { mode: "safeguard" }, timeoutSeconds: 60 },
                list: [{ id: "bart", humanDelay: { mode: "off" }, tools: { exec: { host: "gateway", timeoutSec: 3 } } }],
              },
              channels: {
                modelByChannel: { telegram: { "1": "a/b" } },
                telegram: { botToken: "x", streaming: true, groups: { "*": { skills: ["x"], requireMention: true } },
                  accounts: { biz: { configWrites: true, allowFrom: ["1"] } } },
              },
              cron: { enabled: true },
              session: { store: "x", dmScope: "main" },
            }
            """
        );
        found
            .Select(k => $"{k.At.Line} {k.At.Path}")
            .ShouldBe([
                "3 agents.defaults.compaction",
                "4 agents.list[0].humanDelay",
                "4 agents.list[0].tools.exec.host",
                "7 channels.modelByChannel",
                "8 channels.telegram.streaming",
                "8 channels.telegram.groups['*'].skills",
                "9 channels.telegram.accounts.biz.configWrites",
                "11 cron",
                "12 session.store",
            ]);
        found[0].Instead.ShouldContain("/new");
        found[2].Instead.ShouldContain("egress");
        found[7].Instead.ShouldContain("creel agent wake");
    }

    [Fact]
    public void A_habitat_is_told_once_how_many_there_are_and_nothing_of_what_is_null()
    {
        var reading = Read(
            """{ agents: { list: [{ id: "bart" }] }, cron: { enabled: true }, logging: { level: 1 }, hooks: null, models: {} }"""
        );
        reading.Model.ShouldNotBeNull();
        reading.Problems.ShouldHaveSingleItem().Message.ShouldContain("nor by 1 more: creel doctor lists them");
        reading.Idle.Count.ShouldBe(2);
    }

    [Fact]
    public void Creels_own_keys_are_all_gone_by()
    {
        string[] top =
        [
            .. (string[])["isolation", "network", "groups", "sharedPaths", "tools", "upstreams", "budget", "intercept", "proxy"],
            .. (string[])["offline", "prices", "bounds", "unpriced", "maxTokens", "compatibility", "env", "secrets", "meta"],
        ];
        string[] agent =
        [
            .. (string[])["id", "name", "number", "default", "isolation", "isolationGroup", "driver", "image", "ociRuntime"],
            .. (string[])["network", "egress", "budget", "resources", "model", "brain", "workspace", "tasks", "models", "limits"],
        ];
        var all = string.Concat(agent.Select(k => $"{k}: 1,"));
        Idle($$"""{ name: "x", agents: { list: [{ {{all}} }] }, {{string.Concat(top.Select(k => $"{k}: 1,"))}} }""")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Each_remark_is_about_a_key_that_is_valid_and_is_in_the_documents()
    {
        var docs = File.ReadAllText(Path.Combine(Root(), "docs", "habitat.md"));
        foreach (var place in IdleKeys.Places)
        {
            var shown = place
                .Replace(".*", "[]", StringComparison.Ordinal)
                .Replace("groups[]", "groups.*", StringComparison.Ordinal);
            docs.ShouldContain($"`{shown}`");
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Creel.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private static IReadOnlyList<IdleKey> Idle(string text) => IdleKeys.Of((Json5Object)Json5Reader.Read("h", text).Root!);

    private static HabitatReading Read(string text) =>
        HabitatReader.Read(new HabitatInput { Main = new HabitatSource("h.json5", text), BaseFolder = "/srv" });
}
