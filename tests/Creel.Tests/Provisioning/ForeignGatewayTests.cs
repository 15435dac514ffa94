using Creel.Adapters.Files;
using Creel.Adapters.OpenSsl;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Gateways;
using Creel.Server.Provisioning;
using Creel.Tests.OpenClaw;
using Creel.Tests.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning;

public sealed class ForeignGatewayTests : IDisposable
{
    private static readonly Uri Url = new("ws://127.0.0.1:18789");

    private readonly string folder = Directory.CreateTempSubdirectory("creel-gateways-").FullName;
    private readonly HabitatOfOneText config = new("{ name: 'x', agents: { list: [{ id: 'main' }] } }");
    private readonly MemoryTokens tokens = new();
    private readonly List<GatewayAccess> tried = [];
    private readonly List<GatewayStep> steps = [new("address", true, "")];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task One_that_works_is_written_down_and_its_token_apart()
    {
        await using var gateways = Gateways();

        var (kept, _) = await gateways.AddAsync(
            new("prod", Url) { Pin = new string('a', 64) },
            Token("t0ken"),
            false,
            "admin",
            default
        );

        kept.ShouldBeTrue();
        tried.Single().Token.ShouldBe("t0ken");
        config.Model.ForeignGateways["prod"].ShouldBe(new ForeignGatewayModel("prod", Url) { Pin = new string('a', 64) });
        config.Text.ShouldNotContain("t0ken");
        var file = Path.Combine(folder, "gateways", "prod.token");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await gateways.LineAsync("prod")).Access.Token.ShouldBe("t0ken");
        // By which what is wrong with it says how it is mended.
        (await gateways.LineAsync("prod")).Access.Name.ShouldBe("prod");
        (await gateways.LineAsync("prod")).ShouldBeSameAs(await gateways.LineAsync("prod"));

        await gateways.RemoveAsync("prod", "admin", default);

        File.Exists(file).ShouldBeFalse();
        config.Model.ForeignGateways.ShouldBeEmpty();
        Should.Throw<CreelException>(() => gateways.Get("prod")).Fault.Code.ShouldBe("no-gateway");
    }

    [Fact]
    public async Task Who_looks_there_knows_what_is_not_to_be_shown()
    {
        await using var peer = FakeGateway.Answering(_ => null);
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", peer.Url), Token("t0ken") with { Url = peer.Url }, false, "admin", default);

        (await gateways.ReachAsync("prod", Core.Provisioning.ProvisioningMode.Ours)).Secrets.ShouldBe(["t0ken"]);
    }

    [Fact]
    public async Task One_that_does_not_work_leaves_nothing_behind()
    {
        steps.Add(new GatewayStep("auth", false, "no", "do", "gateway-token"));
        await using var gateways = Gateways();

        var (kept, told) = await gateways.AddAsync(new("prod", Url), Token("t0ken"), false, "admin", default);

        kept.ShouldBeFalse();
        told.ShouldBe(steps);
        Directory.Exists(Path.Combine(folder, "gateways")).ShouldBeFalse();
        config.Model.ForeignGateways.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pairing", false)]
    [InlineData("connection", true)]
    public async Task One_that_waits_for_a_yes_or_is_wanted_anyway_is_written_down(string failing, bool anyway)
    {
        steps.Add(new GatewayStep(failing, false, "no", "do", "x"));
        await using var gateways = Gateways();

        (await gateways.AddAsync(new("prod", Url), null, anyway, "admin", default)).Kept.ShouldBeTrue();

        config.Model.ForeignGateways.Keys.ShouldBe(["prod"]);
    }

    [Fact]
    public async Task A_token_is_not_shown_where_a_changed_habitat_leads()
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url), Token("t0ken"), false, "admin", default);

        config.Replace("18789", "6666");

        (await Should.ThrowAsync<CreelException>(() => gateways.LineAsync("prod"))).Fault.Code.ShouldBe("gateway-moved");
        (await Should.ThrowAsync<CreelException>(() => gateways.TryAsync("prod", default))).Fault.Code.ShouldBe("gateway-moved");
        tried.Count.ShouldBe(1);
    }

    /// <summary>Its agents' files, with their tokens in them, would go there.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_no_token_opens_is_not_followed_where_a_changed_habitat_leads(bool byHand)
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url) { Device = true }, null, false, "admin", default);
        if (byHand)
        {
            // Nothing is known of it until it is first called.
            Secrets().Remove("prod");
            await gateways.LineAsync("prod");
        }

        config.Replace("18789", "6666");

        (await Should.ThrowAsync<CreelException>(() => gateways.LineAsync("prod"))).Fault.Code.ShouldBe("gateway-moved");
        var fault = (await Should.ThrowAsync<CreelException>(() => gateways.TryAsync("prod", default))).Fault;
        fault.Message.ShouldBe("prod was at 127.0.0.1:18789, and the habitat now says 127.0.0.1:6666");
        fault.Remedy!.ShouldContain("creel gateway add prod ws://127.0.0.1:6666");
        config.Replace("6666", "18789");
        (await gateways.LineAsync("prod")).Access.Url.ShouldBe(Url);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "t0ken")]
    [InlineData("t0ken", "another")]
    public async Task Where_it_is_said_to_be_elsewhere_its_tokens_end(string? before, string? after)
    {
        var elsewhere = new Uri("ws://127.0.0.1:6666");
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url), before is null ? null : Token(before), false, "admin", default);
        var bart = AgentId.Parse("bart");
        await tokens.MintAsync(new(bart, "prod"));
        var other = await tokens.MintAsync(new(bart, "other"));
        config.Replace("18789", "6666");

        var secret = after is null ? null : new GatewaySecret(after, IsPassword: false, elsewhere);
        (await gateways.AddAsync(new("prod", elsewhere), secret, false, "admin", default)).Kept.ShouldBeTrue();

        tokens.Of("bart").ShouldBe([other]);
        Secrets().Address("prod").ShouldBe(elsewhere);
        Secrets().Find("prod")?.Text.ShouldBe(after);
        (await gateways.LineAsync("prod")).Access.Url.ShouldBe(elsewhere);
    }

    [Fact]
    public async Task What_opened_one_is_not_kept_for_another_machine_of_its_name()
    {
        var empty = config.Text;
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url), Token("t0ken"), false, "admin", default);
        config.Replace(config.Text, empty);
        var elsewhere = new Uri("ws://127.0.0.1:6666");

        await gateways.AddAsync(new("prod", elsewhere), null, false, "admin", default);

        Secrets().Find("prod").ShouldBeNull();
        (await gateways.LineAsync("prod")).Access.Url.ShouldBe(elsewhere);
    }

    [Fact]
    public async Task One_goes_of_which_no_secret_was_ever_kept()
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url), null, false, "admin", default);

        await gateways.RemoveAsync("prod", "admin", default);

        config.Model.ForeignGateways.ShouldBeEmpty();
        Should.Throw<CreelException>(() => Secrets().Remove("../prod")).Fault.Code.ShouldBe("gateway-name");
    }

    [Fact]
    public async Task A_name_is_given_once()
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url), null, false, "admin", default);

        var fault = (
            await Should.ThrowAsync<CreelException>(() => gateways.AddAsync(new("prod", Url), null, false, "admin", default))
        ).Fault;

        fault.Code.ShouldBe("gateway-there");
    }

    [Fact]
    public async Task One_that_is_in_the_habitat_is_given_what_opens_it_and_another_later()
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url), null, false, "admin", default);
        var before = config.Model.ForeignGateways["prod"];

        (await gateways.AddAsync(new("prod", Url), Token("t0ken"), false, "admin", default)).Kept.ShouldBeTrue();

        config.Model.ForeignGateways["prod"].ShouldBe(before);
        Secrets().Find("prod")!.Text.ShouldBe("t0ken");
        await gateways.AddAsync(new("prod", Url), Token("another"), false, "admin", default);
        Secrets().Find("prod")!.Text.ShouldBe("another");

        var elsewhere = new Uri("ws://127.0.0.1:6666");
        (
            await Should.ThrowAsync<CreelException>(() =>
                gateways.AddAsync(new("prod", elsewhere), Token("third"), false, "admin", default)
            )
        ).Fault.Code.ShouldBe("gateway-there");
    }

    [Fact]
    public async Task One_that_is_in_the_habitat_is_given_what_is_said_of_it_and_the_rest_stays()
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(
            new("prod", Url) { WorkspaceRoot = "/old", Device = true },
            Token("t0ken"),
            false,
            "admin",
            default
        );

        (
            await gateways.AddAsync(
                new("prod", Url) { WorkspaceRoot = "/w", BaseUrl = "https://c" },
                null,
                false,
                "admin",
                default
            )
        ).Kept.ShouldBeTrue();

        config
            .Model.ForeignGateways["prod"]
            .ShouldBe(
                new ForeignGatewayModel("prod", Url)
                {
                    WorkspaceRoot = "/w",
                    BaseUrl = "https://c",
                    Device = true,
                }
            );
        tried[^1].Token.ShouldBe("t0ken");
        Secrets().Find("prod")!.Text.ShouldBe("t0ken");
    }

    [Fact]
    public async Task What_is_said_of_one_that_is_there_is_not_written_where_it_does_not_work_then()
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url), Token("t0ken"), false, "admin", default);
        steps.Add(new GatewayStep("tls", false, "no", "do", "gateway-tls"));

        (
            await gateways.AddAsync(new("prod", Url) { Pin = new string('b', 64) }, null, false, "admin", default)
        ).Kept.ShouldBeFalse();

        config.Model.ForeignGateways["prod"].Pin.ShouldBeNull();
        (
            await gateways.AddAsync(new("prod", Url) { Pin = new string('b', 64) }, null, true, "admin", default)
        ).Kept.ShouldBeTrue();
        config.Model.ForeignGateways["prod"].Pin.ShouldBe(new string('b', 64));
    }

    [Fact]
    public async Task An_address_has_one_name()
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", Url), null, false, "admin", default);

        var fault = (
            await Should.ThrowAsync<CreelException>(() =>
                gateways.AddAsync(new("other", new Uri("ws://127.0.0.1:18789/")), Token("t"), false, "admin", default)
            )
        ).Fault;

        fault.Code.ShouldBe("gateway-alike");
        fault.Message.ShouldContain("as prod");
        config.Model.ForeignGateways.Keys.ShouldBe(["prod"]);
    }

    [Fact]
    public async Task What_opens_it_is_shown_however_its_one_address_is_written()
    {
        await using var gateways = Gateways();
        await gateways.AddAsync(new("prod", new Uri("wss://claw.example/gate")), null, false, "admin", default);
        var same = new Uri("wss://CLAW.example:443/gate/");

        await gateways.AddAsync(new("prod", same), new GatewaySecret("t0ken", false, same), false, "admin", default);

        (await gateways.LineAsync("prod")).Access.Token.ShouldBe("t0ken");
        gateways.HasSecret(gateways.Get("prod")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_first_gateway_drives_nobody_out()
    {
        var bare = new HabitatOfOneText("{ name: 'x' }");
        await using var gateways = Gateways(bare);
        bare.Model.Agents.Select(a => a.Id.Value).ShouldBe(["main"]);

        await gateways.AddAsync(new("prod", Url), null, false, "admin", default);

        bare.Model.Agents.Select(a => a.Id.Value).ShouldBe(["main"]);
        bare.Model.ForeignGateways.Keys.ShouldBe(["prod"]);
    }

    [Fact]
    public void The_key_of_the_device_stays()
    {
        var one = Secrets().Device().PublicKey.ToArray();

        Secrets().Device().PublicKey.ToArray().ShouldBe(one);
        File.GetUnixFileMode(Path.Combine(folder, "gateways", "device.key"))
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_secret_that_others_may_read_is_not_used()
    {
        var secrets = Secrets();
        secrets.Set("prod", new GatewaySecret("word", IsPassword: true, Url));
        secrets.Find("prod")!.ShouldBe(new GatewaySecret("word", IsPassword: true, Url));
        var file = Path.Combine(folder, "gateways", "prod.password");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Should.Throw<CreelException>(() => secrets.Find("prod")).Fault.Code.ShouldBe("token-exposed");
        Should.Throw<CreelException>(() => secrets.Find("../prod")).Fault.Code.ShouldBe("gateway-name");
    }

    [Theory]
    [InlineData("{ 'Prod Eu': { url: 'wss://x' } }")]
    [InlineData("{ prod: 'wss://x' }")]
    [InlineData("{ prod: { } }")]
    [InlineData("{ prod: { url: 'ws://far.example' } }")]
    [InlineData("{ prod: { url: 'wss://x?token=1' } }")]
    [InlineData("{ prod: { url: 'wss://x', pin: 'ab' } }")]
    [InlineData("{ prod: { url: 'wss://x', ca: 'here.pem' } }")]
    public void What_is_no_gateway_is_told_where_it_stands(string gateways)
    {
        var reading = HabitatReader.Read(Input($"{{ name: 'x', gateways: {gateways}, agents: {{ list: [{{ id: 'main' }}] }} }}"));

        reading.Problems.Count.ShouldBe(1);
        reading.Model.ShouldBeNull();
    }

    private static HabitatInput Input(string text) =>
        new() { Main = new HabitatSource("habitat.json5", text), HomeFolder = "/root" };

    private static GatewaySecret Token(string text) => new(text, IsPassword: false, Url);

    private GatewaySecretFiles Secrets() =>
        new(Path.Combine(folder, "gateways"), (Ed25519Key.NewSecret, secret => new Ed25519Key(secret)));

    private ForeignGateways Gateways() => Gateways(config);

    private ForeignGateways Gateways(HabitatOfOneText habitat) =>
        new(
            new ProvisioningPorts
            {
                Habitat = () => habitat.Model,
                Config = habitat,
                Secrets = Secrets(),
                Tokens = tokens,
                Open = access => new Adapters.OpenClaw.GatewayClient(
                    access,
                    new Adapters.OpenClaw.LineTerms("1"),
                    TimeProvider.System
                ),
                Plane = (_, _) => new SimulatedGateway(),
                Turns = _ => throw new NotSupportedException(),
                TryAsync = (access, _) =>
                {
                    tried.Add(access);
                    return Task.FromResult<IReadOnlyList<GatewayStep>>(steps);
                },
            }
        );
}
