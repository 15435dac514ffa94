using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>What a person does first: a habitat comes up, a task goes in, its result comes out.</summary>
[Collection(nameof(Simpsons))]
public class MainLineTests(Simpsons simpsons)
{
    private Serve Serve => simpsons.Serve;

    [PublishedFact]
    public void The_sample_comes_up() => simpsons.Up.ExitCode.ShouldBe(0, simpsons.Up.ToString());

    [PublishedFact]
    public async Task Three_cells_run_with_their_runtimes_connected()
    {
        var result = await Serve.CommandAsync("ps", "--json");

        result.ExitCode.ShouldBe(0, result.ToString());
        var cells = JsonDocument.Parse(result.Output).RootElement.GetProperty("cells").EnumerateArray().ToList();
        cells.Select(c => c.GetProperty("group").GetString()).Order().ShouldBe(["bart", "homer", "lisa"]);
        cells.ShouldAllBe(c => c.GetProperty("state").GetString() == "running" && c.GetProperty("connected").GetBoolean());
        cells.ShouldAllBe(c =>
            c.GetProperty("driver").GetString() == "bubblewrap" && c.GetProperty("level").GetString() == "session"
        );
    }

    [PublishedFact]
    public async Task A_task_that_is_sent_from_the_command_line_comes_back_with_its_result()
    {
        var result = await Serve.CommandAsync(
            "task",
            "send",
            "bart",
            """{"type":"exec","command":"uname -s; exit 0"}""",
            "--wait",
            "--json"
        );

        result.ExitCode.ShouldBe(0, result.ToString());
        result.Output.ShouldContain("Linux");
    }

    [PublishedFact]
    public async Task A_task_that_fails_gives_its_exit_code_and_both_streams()
    {
        var task = await Serve.TaskAsync("bart", new { type = "exec", command = "echo out; echo err >&2; exit 3" });

        task.GetProperty("state").GetString().ShouldBe("failed");
        var result = task.GetProperty("result");
        result.GetProperty("exitCode").GetInt32().ShouldBe(3);
        result.GetProperty("stdout").GetString().ShouldBe("out");
        result.GetProperty("stderr").GetString().ShouldBe("err");
    }

    [PublishedFact]
    public async Task Exec_passes_the_childs_exit_code_and_output()
    {
        var result = await Serve.CommandAsync("exec", "bart", "--", "sh", "-c", "echo hello; exit 7");

        result.ExitCode.ShouldBe(7, result.ToString());
        result.Output.Trim().ShouldBe("hello");
    }

    [PublishedFact]
    public async Task Homer_asks_Bart_from_inside_his_cell_and_gets_the_answer()
    {
        const string ask = """curl -s $CREEL_API/agents/bart/task?wait=20 -d '{"type":"exec","command":"echo from bart"}'""";

        var (code, output) = await Serve.ExecAsync("homer", ask);

        code.ShouldBe(0);
        output.ShouldContain("from bart");
    }

    [PublishedFact]
    public async Task Lisa_who_is_not_named_is_refused_and_the_audit_has_both_names()
    {
        var (_, output) = await Serve.ExecAsync(
            "lisa",
            """curl -s $CREEL_API/agents/bart/task -d '{"type":"exec","command":"true"}'"""
        );

        output.ShouldContain("tools.agentToAgent");
        var audit = await Serve.CommandAsync("audit", "-n", "200", "--json");
        audit
            .Output.Split('\n')
            .ShouldContain(line => line.Contains("bridge.refuse") && line.Contains("lisa") && line.Contains("bart"));
    }

    [PublishedFact]
    public async Task An_agent_learns_who_it_is_without_any_token()
    {
        var (_, output) = await Serve.ExecAsync("homer", "curl -s $CREEL_API/whoami");

        JsonDocument.Parse(output).RootElement.GetProperty("agent").GetString().ShouldBe("homer");
    }

    [PublishedFact]
    public async Task A_call_of_a_cell_is_answered_without_a_key_while_the_habitat_is_offline()
    {
        var (_, output) = await Serve.ExecAsync(
            "bart",
            "curl -s -o /dev/stdout -w ' %{http_code}' $ANTHROPIC_BASE_URL/v1/messages "
                + "-d '{\"model\":\"claude-haiku-4-5\",\"max_tokens\":50,\"messages\":[]}'"
        );

        output.ShouldEndWith(" 200");
        output.ShouldContain("I am Creel's offline stand-in and no model");
    }

    [PublishedFact]
    public async Task A_turn_is_answered_by_the_command_brain()
    {
        var task = await Serve.TaskAsync("bart", new { type = "turn", message = "Who are you?" });

        task.GetProperty("state").GetString().ShouldBe("succeeded", task.ToString());
        task.GetProperty("result").GetProperty("text").GetString()!.ShouldContain("I am bart");
    }

    [PublishedFact]
    public async Task A_turn_whose_brain_asks_a_model_goes_through_the_proxy_and_is_in_the_book()
    {
        var task = await Serve.TaskAsync("lisa", new { type = "turn", message = "Where is the saxophone?" });
        var spent = await Serve.CommandAsync("spend", "--group", "lisa", "--json");

        task.GetProperty("result")
            .GetProperty("text")
            .GetString()!
            .ShouldContain("I am Lisa, or would be", Case.Sensitive, task.ToString());
        var line = JsonDocument.Parse(spent.Output).RootElement.GetProperty("spent")[0];
        line.GetProperty("model").GetString().ShouldBe("claude-sonnet-4-5");
        line.GetProperty("spent").GetInt64().ShouldBePositive();
    }

    [PublishedFact]
    public async Task The_audit_chain_holds()
    {
        var result = await Serve.CommandAsync("audit", "verify");

        result.ExitCode.ShouldBe(0, result.ToString());
    }

    [PublishedFact]
    public async Task Applying_the_same_habitat_again_changes_nothing()
    {
        var result = await Serve.CommandAsync("plan", Path.Combine(Serve.Home, "habitat.json5"), "--json");

        result.ExitCode.ShouldBe(0, result.ToString());
        JsonDocument.Parse(result.Output).RootElement.GetProperty("steps").GetArrayLength().ShouldBe(0, result.Output);
    }
}
