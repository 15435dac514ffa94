using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Outbound;

namespace Creel.Tests.Habitats;

public class OutboundTests
{
    [Theory]
    [InlineData("{upstreams: {x: 5}}", "h.json5:1:17 upstreams.x: must be an object with 'baseUrl' and 'dialect', got a number")]
    [InlineData(
        "{upstreams: {x: {dialect: 'openai'}}}",
        "h.json5:1:17 upstreams.x: needs 'baseUrl', as in 'https://openrouter.ai/api/v1'"
    )]
    [InlineData(
        "{upstreams: {x: {baseUrl: 'https://x.example'}}}",
        "h.json5:1:17 upstreams.x: needs 'dialect', one of: anthropic, openai, none"
    )]
    [InlineData(
        "{upstreams: {x: {baseUrl: 'https://u:p@x.example', dialect: 'none'}}}",
        "h.json5:1:27 upstreams.x.baseUrl: 'https://u:p@x.example' is no base URL, as in 'https://openrouter.ai/api/v1': without user, query or fragment"
    )]
    [InlineData(
        "{upstreams: {x: {baseUrl: 'http://x.example', dialect: 'none'}}}",
        "h.json5:1:27 upstreams.x.baseUrl: a key would go over the net in the clear: write https, or local: true where it is a machine of your own"
    )]
    [InlineData(
        "{upstreams: {x: {baseUrl: 'https://x.example', dialect: 'opnai'}}}",
        "h.json5:1:57 upstreams.x.dialect: 'opnai' is none of: anthropic, openai, none; did you mean 'openai'?"
    )]
    [InlineData(
        "{upstreams: {anthropic: {onAbort: 'red'}}}",
        "h.json5:1:35 upstreams.anthropic.onAbort: 'red' is none of: stop, read; did you mean 'read'?"
    )]
    [InlineData("{upstreams: {creel: {}}}", "h.json5:1:14 upstreams.creel: 'creel' is the hub's own path: name it otherwise")]
    [InlineData(
        "{upstreams: {x: {baseUrl: 'https://x.example', dialect: 'none', calls: ['messages']}}}",
        "h.json5:1:73 upstreams.x.calls[0]: 'messages' is no call, as in 'POST /v1/messages'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', models: ['gpt-5']}]}}",
        "h.json5:1:37 agents.list[0].models[0]: 'gpt-5' is no model, as in 'anthropic/claude-sonnet-4-5', and 'openai/*' for all of one provider"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', limits: {requests: 0}}]}}",
        "h.json5:1:47 agents.list[0].limits.requests: must be a whole number from 1 to 1000000, got 0"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', egress: ['GET https://x.example/']}]}}",
        "h.json5:1:37 agents.list[0].egress[0]: 'GET https://x.example/' is no rule for plain HTTP, as in 'GET http://example.org/feed/*'; with TLS only the host and port are seen"
    )]
    [InlineData(
        "{compatibility: {}}",
        "h.json5:1:17 compatibility: needs 'proxyPort', as in 18080: what programs outside of cells call providers by"
    )]
    [InlineData(
        "{compatibility: {proxyPort: 70000}}",
        "h.json5:1:29 compatibility.proxyPort: must be a whole number from 1 to 65535, got 70000"
    )]
    [InlineData(
        "{compatibility: {proxyPort: 18080, address: '127.1'}}",
        "h.json5:1:45 compatibility.address: '127.1' is no IP address of this machine, as in '127.0.0.1' or '172.17.0.1'"
    )]
    [InlineData(
        "{compatibility: {proxyPort: 18080, address: 'localhost'}}",
        "h.json5:1:45 compatibility.address: 'localhost' is no IP address of this machine, as in '127.0.0.1' or '172.17.0.1'"
    )]
    public void Each_mistake_is_told_with_its_place_and_what_to_do(string text, string error) =>
        Habitat.Errors(text).First().ShouldBe(error);

    [Fact]
    public void A_provider_that_is_built_in_needs_only_what_is_otherwise()
    {
        var upstreams = Habitat.Model("{upstreams: {anthropic: {onAbort: 'read'}, openai: {http2: true}}}").Upstreams;

        upstreams.Select(u => u.OnAbort).ShouldBe([OnAbort.Read, OnAbort.Stop]);
        upstreams.Select(u => u.Http2).ShouldBe([false, true]);
        foreach (var (given, known) in upstreams.Zip(BuiltInUpstreams.All))
        {
            (given.Name, given.BaseUrl, given.Auth, given.Dialect).ShouldBe(
                (known.Name, known.BaseUrl, known.Auth, known.Dialect)
            );
            (given.Hosts, given.Local).ShouldBe((known.Hosts, known.Local));
            given.Calls.ShouldBe(known.Calls);
        }
    }

    [Fact]
    public void The_proxy_is_told_what_each_cell_may_and_nothing_of_cells_that_no_group_has()
    {
        var habitat = Habitat.Model(
            """
            {
                name: 'h',
                budget: { usd: 20, per: 'month' },
                intercept: false,
                proxy: { bodyLimit: '1m', readTimeout: '5m' },
                upstreams: { local: { baseUrl: 'http://127.0.0.1:11434/', dialect: 'openai' } },
                agents: { list: [
                    { id: 'bart', egress: ['GitHub.com:443', 'GET http://a.example/x/*'], models: ['local/*'], limits: { requests: 60 } },
                    { id: 'lisa', isolationGroup: 'girls' },
                    { id: 'maggie', isolationGroup: 'girls' },
                ] },
                groups: { girls: { budget: { usd: 3, per: 'day' } } },
            }
            """
        );
        OutboundCell[] cells =
        [
            new(new CellId("00000002"), GroupId.Parse("girls"), 7),
            new(new CellId("00000001"), GroupId.Parse("bart"), null),
            new(new CellId("00000003"), GroupId.Parse("gone"), 8),
        ];

        var orders = HabitatOrders.Of(habitat, cells);

        (orders.Habitat, orders.Intercept, orders.Budgets.Single().Usd).ShouldBe(("h", false, 20m));
        (orders.BodyLimit, orders.ReadTimeout).ShouldBe((1024L * 1024, 300));
        orders.Cells.Select(c => (c.Group.Value, c.SocketGid)).ShouldBe([("bart", (int?)null), ("girls", 7)]);
        var (bart, girls) = (orders.Cells[0], orders.Cells[1]);
        bart.Egress.Select(e => e.ToString()).ShouldBe(["github.com:443", "GET http://a.example:80/x/*"]);
        (bart.Models.Single(), bart.Limits.Requests, bart.Limits.Tokens).ShouldBe(("local/*", 60, null));
        girls.Agents.Select(a => a.Value).ShouldBe(["lisa", "maggie"]);
        girls.Budgets.Single().ShouldBe(new BudgetModel(3, "day", 0.8));
        var local = orders.Upstreams.Single(u => u.Name == "local");
        (local.BaseUrl, local.Local, local.Auth, local.Calls[0].Path).ShouldBe(
            ("http://127.0.0.1:11434", true, AuthStyle.Bearer, "/v1/chat/completions")
        );
        OrdersText.Read(OrdersText.Write(orders)).Cells.Count.ShouldBe(2);
        HabitatOrders.Of(null, cells).Cells.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("bodyLimit: '2g'", "must be a size from 1k to 1g")]
    [InlineData("bodyLimit: true", "must be a size from 1k to 1g")]
    [InlineData("readTimeout: '0s'", "must be a duration from 1s to 1d")]
    public void What_bounds_calls_is_checked(string key, string message) =>
        Habitat.Errors($"{{proxy: {{{key}}}}}").ShouldHaveSingleItem().ShouldContain(message);

    [Fact]
    public void The_compatibility_port_is_off_loopback_if_asked_for_and_more_with_a_warning()
    {
        Habitat.Model("{}").Compatibility.ShouldBeNull();
        var habitat = Habitat.Model("{compatibility: {proxyPort: 18080}}");
        habitat.Compatibility.ShouldBe(new CompatibilityPort("127.0.0.1", 18080));
        HabitatOrders.Of(habitat, []).Compatibility.ShouldBe(habitat.Compatibility);
        HabitatJson.Write(habitat).ShouldContain("\"proxyPort\": 18080");
        Habitat.Warnings("{compatibility: {proxyPort: 18080, address: '::1'}}").ShouldBeEmpty();
        Habitat
            .Warnings("{compatibility: {proxyPort: 18080, address: '0.0.0.0'}}")
            .ShouldHaveSingleItem()
            .ShouldContain("without TLS");
    }

    [Fact]
    public void What_takes_a_providers_place_answers_for_its_name_too()
    {
        var habitat = Habitat.Model("{upstreams: {anthropic: {baseUrl: 'https://llm.example/anthropic', dialect: 'anthropic'}}}");
        var upstream = habitat.Upstreams.Single(u => u.Name == "anthropic");
        upstream.AllHosts.ShouldBe(["llm.example", "api.anthropic.com"]);
        upstream.Calls[0].Path.ShouldBe("/messages");
        habitat.Upstreams.Select(u => u.Name).ShouldBe(["anthropic", "openai"]);
    }
}
