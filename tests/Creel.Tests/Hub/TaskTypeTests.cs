using System.Net;

namespace Creel.Tests.Hub;

public class TaskTypeTests
{
    [Theory]
    [InlineData("bart", HttpStatusCode.BadRequest)]
    [InlineData("far", HttpStatusCode.OK)]
    public async Task A_type_that_no_runtime_knows_is_refused_for_a_cell_and_left_to_agents_from_elsewhere(
        string agent,
        HttpStatusCode status
    )
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await server.RegisterAsync("far");

        using var answer = await server.Client.PostAsync(
            $"/agents/{agent}/task",
            HubServer.Json("""{"type":"exce","command":"true"}""")
        );

        answer.StatusCode.ShouldBe(status);
        if (status == HttpStatusCode.BadRequest)
        {
            var fault = HubServer.Parse(await answer.Content.ReadAsStringAsync());
            fault.GetProperty("code").GetString().ShouldBe("task-type");
            fault.GetProperty("remedy").GetString().ShouldBe("did you mean 'exec'?");
        }
    }
}
