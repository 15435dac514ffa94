using System.Text;
using System.Text.Unicode;
using Creel.Core;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Executors;

/// <summary><c>file:read</c>, with the cell's own rights and nothing more.</summary>
internal static class FileReadTask
{
    public static Task<TaskOutcome> RunAsync(TaskRun run)
    {
        var named = run.Fields.Required("file:read", "filePath");
        var wanted = run.Fields.Text("encoding");
        var bytes = RawFile.Read(run.PathOf(named), named, run.Agent.Policy.MaxOutput);

        // What is no text would be mangled on its way, so it comes as base64 unless somebody insists on text.
        var encoding = wanted ?? (Utf8.IsValid(bytes) ? "utf8" : "base64");
        var content = FileEncoding.Read(encoding, bytes);
        var result = ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("filePath", named);
            json.WriteString("content", content);
            json.WriteNumber("size", Encoding.UTF8.GetByteCount(content));
            if (wanted is null && encoding != "utf8")
            {
                json.WriteString("encoding", encoding);
            }

            json.WriteEndObject();
        });
        return Task.FromResult(TaskOutcome.Success(result));
    }
}
