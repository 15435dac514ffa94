using System.Text.Json;
using Creel.Core;
using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Runtime.Native;

/// <summary>What a room or a sender is limited to, in the cell.</summary>
public class SenderLimitsTests : IAsyncLifetime
{
    private const string Called = """
        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"exec","input":{"command":"touch x"}}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}


        """;

    private NativeCell cell = null!;

    public async Task InitializeAsync() => cell = await NativeCell.StartAsync();

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Fact]
    public async Task All_limits_hold_at_once_and_a_call_is_refused_by_the_rules_own_name()
    {
        cell.Model.First = async context =>
        {
            if (cell.Model.Asked.Count > 1)
            {
                return false;
            }

            // A model that asks for what it was not offered.
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(Called);
            return true;
        };
        cell.Model.Say(new OfflineRule { Text = "{message}" });
        object[] tools =
        [
            new { from = "channels.telegram.groups[*].tools", deny = (string[])["exec"] },
            new { from = "tools.toolsBySender[*]", allow = (string[])["group:fs", "exec"] },
        ];
        await cell.TurnAsync(
            new
            {
                message = "x",
                origin = new
                {
                    channel = "telegram",
                    owner = false,
                    tools,
                },
            }
        );
        cell.Shown.ShouldContain("The tool exec is not allowed here: channels.telegram.groups[*].tools denies exec");
        File.Exists(cell.InWorkspace("x")).ShouldBeFalse();
        Offered().Order().ShouldBe(["apply_patch", "edit", "read", "write"]);
    }

    [Theory]
    [InlineData("\"exec\"")]
    [InlineData("[\"exec\"]")]
    [InlineData("[{\"deny\":\"exec\"}]")]
    [InlineData("[{\"deny\":[1]}]")]
    public async Task What_cant_be_read_is_no_turn(string tools)
    {
        var payload = JsonDocument.Parse($$"""{"message":"x","origin":{"owner":false,"tools":{{tools}} } }""").RootElement;
        (await Should.ThrowAsync<CreelException>(cell.TurnAsync(payload))).Fault.Code.ShouldBe("origin");
        cell.Model.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_helper_that_may_have_helpers_can_ask_for_them(bool? leaf, bool spawns)
    {
        cell.Model.Say(new OfflineRule { Text = "done" });
        await cell.TurnAsync(
            leaf is null
                ? new { message = "x", subagent = true }
                : (object)
                    new
                    {
                        message = "x",
                        subagent = true,
                        leaf,
                    }
        );
        Offered().Contains("sessions_spawn").ShouldBe(spawns);
        Offered().ShouldNotContain("sessions_send");
    }

    private List<string> Offered() =>
        [.. cell.Model.Asked.First().Body.GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("name").GetString()!)];
}
