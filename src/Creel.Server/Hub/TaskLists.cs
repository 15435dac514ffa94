using Creel.Core.Work;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Hub;

/// <summary>Lists tasks a few at a time: each may hold megabytes that the list doesn't show.</summary>
internal static class TaskLists
{
    private const int Page = 25;

    public static async Task ReplyAsync(HttpContext context, ITaskStore store, TaskQuery query)
    {
        var views = new List<ReadOnlyMemory<byte>>();
        var limit = query.Limit;
        while (views.Count < limit)
        {
            var page = await store.ListAsync(query with { Limit = Math.Min(Page, limit - views.Count) }, context.RequestAborted);
            views.AddRange(page.Select(record => JsonReply.Text(json => TaskView.Write(json, record, bodies: false))));
            if (page.Count < Page)
            {
                break;
            }

            query = query with { Before = page[^1].Task.Id };
        }

        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("tasks");
                views.ForEach(view => json.WriteRawValue(view.Span, skipInputValidation: true));
                json.WriteEndArray();
            }
        );
    }
}
