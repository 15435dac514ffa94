using Creel.Core.Work;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Hub.Tasks;

/// <summary>Lists tasks, without what may be large.</summary>
internal static class TaskLists
{
    public static async Task ReplyAsync(HttpContext context, ITaskStore store, TaskQuery query)
    {
        var tasks = await store.ListAsync(query with { Bodies = false }, context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("tasks");
                foreach (var record in tasks)
                {
                    TaskView.Write(json, record, bodies: false);
                }

                json.WriteEndArray();
            }
        );
    }
}
