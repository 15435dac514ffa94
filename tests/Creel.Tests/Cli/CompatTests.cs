using System.Text.Json;

namespace Creel.Tests.Cli;

/// <summary>The older command line: its verbs, its table, its exit codes.</summary>
public sealed class CompatTests : IAsyncLifetime
{
    private const string Id = "0197a000-0000-7000-8000-000000000001";

    private const string Bart =
        """{"id":"bart","status":"online","lastSeen":1795248588089,"metadata":{"type":"builder","capabilities":["build","docker"]},"stats":{"tasksReceived":4,"tasksCompleted":1,"tasksFailed":1,"messagesReceived":0,"messagesSent":6},"health":{"cpu":12.5,"memory":{"usagePercent":25},"uptime":12345},"currentTasks":[{"id":"t1","type":"exec","startedAt":1}]}""";

    private const string Bare =
        """{"id":"bare","status":"offline","metadata":{"type":"generic","capabilities":[]},"health":{"cpu":null},"currentTasks":[]}""";

    private ApiServer server = null!;

    public async Task InitializeAsync()
    {
        server = await ApiServer.StartAsync();
        server
            .On("GET /agents", $$"""{"agents":[{{Bart}},{{Bare}}]}""")
            .On("GET /agents/bart/status", $$"""{"agent":{{Bart}}}""");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task List_has_the_old_table_and_total()
    {
        var run = await VmAgentAsync("list");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe(
            """
            Name  Status   Type     CPU    Memory  Tasks  Uptime
            bart  online   builder  12.5%  25.0%   1      3h 25m
            bare  offline  generic  N/A    N/A     0      N/A

            Total: 2 agents

            """
        );
    }

    [Theory]
    [InlineData("-s", "offline", "bare")]
    [InlineData("-t", "builder", "bart")]
    public async Task List_filters(string option, string value, string name)
    {
        var run = await VmAgentAsync("list", option, value);

        run.Output.ShouldContain(name);
        run.Output.ShouldContain("Total: 1 agents");
    }

    [Fact]
    public async Task Status_has_the_old_blocks_and_an_unknown_name_exits_1()
    {
        var run = await VmAgentAsync("status", "bart");

        run.ExitCode.ShouldBe(0, run.ToString());
        foreach (var block in new[] { "Agent", "Resources", "Statistics", "Active tasks", "Capabilities" })
        {
            run.Output.Split('\n').ShouldContain(block);
        }

        (await VmAgentAsync("status", "nobody")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Exec_is_one_line_for_the_cells_shell()
    {
        server.Stream(
            "bart",
            async (socket, context) =>
            {
                await ApiServer.SayAsync(socket, string.Join('|', context.Request.Query["command"].ToArray()));
                await ApiServer.EndAsync(socket, 5);
            }
        );

        var run = await VmAgentAsync("exec", "bart", "ls", "-la", "|", "wc");

        run.ExitCode.ShouldBe(5, run.ToString());
        run.Output.ShouldBe("/bin/sh|-c|ls -la | wc");
        (await VmAgentAsync("exec", "bart", "--sudo", "id")).Output.ShouldBe("sudo|-n|--|/bin/sh|-c|id");
    }

    [Fact]
    public async Task Task_prints_the_id_and_wait_shows_the_result()
    {
        server.On("POST /agents/bart/task", $$"""{"taskId":"{{Id}}","status":"sent"}""");
        server.On(
            $"GET /tasks/{Id}",
            $$"""{"result":{"success":true,"result":{"stdout":"Linux"} },"id":"{{Id}}","agent":"bart","state":"succeeded"}"""
        );

        (await VmAgentAsync("task", "bart", "{}")).Output.ShouldBe($"Task ID: {Id}\n");
        (await VmAgentAsync("task", "bart", "{}", "--wait", "--timeout", "1000")).Output.ShouldBe($"Task ID: {Id}\nLinux\n");
        (await VmAgentAsync("task", "bart", "{bad")).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("create builder --type builder --cpu 2 --profile x")]
    [InlineData("snapshot bart before")]
    [InlineData("restore bart before")]
    [InlineData("profiles list")]
    public async Task What_needs_a_virtual_machine_says_so_and_exits_6(string line)
    {
        var run = await VmAgentAsync(line.Split(' '));

        run.ExitCode.ShouldBe(6);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain("needs cells at the level vm");
    }

    [Fact]
    public async Task Start_stop_and_destroy_act_on_the_cell()
    {
        server
            .On("POST /agents/bart/start", """{"cell":{"id":"a"}}""")
            .Lines("DELETE /habitat/agents/bart", """{"event":"done","ok":true}""");

        (await VmAgentAsync("start", "bart")).Output.ShouldBe("Agent bart started\n");
        (await VmAgentAsync("destroy", "bart", "-f")).ExitCode.ShouldBe(0);
        (await VmAgentAsync("stop", "nobody")).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("lst")]
    [InlineData("list --bogus")]
    [InlineData("task bart")]
    public async Task A_wrong_command_line_exits_1_as_it_used_to(string line) =>
        (await VmAgentAsync(line.Split(' '))).ExitCode.ShouldBe(1);

    [Fact]
    public async Task A_server_that_is_down_exits_1_with_a_hint()
    {
        var run = await CliRun.RunAsync("compat", "vm-agent", "list");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("creel serve");
    }

    private Task<CliRun> VmAgentAsync(params string[] args) => CliRun.RunAsync(server, ["compat", "vm-agent", .. args]);
}
