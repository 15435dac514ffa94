using System.Globalization;
using System.Text;
using Creel.Core.Work;

namespace Creel.Server.Hub.Books;

/// <summary>The hub's figures in Prometheus' text format. Gauges are taken when they are asked for.</summary>
internal sealed class MetricsText(HubParts hub)
{
    public async ValueTask<string> WriteAsync(CancellationToken cancel)
    {
        var counts = await hub.Tasks.CountAsync(cancel);
        var letters = (await hub.Ports.Letters.ListAsync(cancel)).Count;
        var text = new StringBuilder(4096);
        Messages(text);
        Agents(text);
        Head(text, "vm_hub_active_tasks", "gauge", "Number of active tasks");
        Line(text, "vm_hub_active_tasks", counts.Where(c => !c.State.IsFinal()).Sum(c => c.Count));
        Head(text, "creel_queue_depth", "gauge", "Tasks that wait for their agent");
        foreach (var count in counts.Where(c => c.State == TaskState.Queued))
        {
            Line(text, $"creel_queue_depth{{agent=\"{Escaped(count.Agent.Value)}\"}}", count.Count);
        }

        Durations(text);
        Head(text, "creel_reconnects_total", "counter", "Connections that followed an earlier one of the same cell or agent");
        Line(text, "creel_reconnects_total", hub.Metrics.Reconnects);
        Head(text, "creel_dead_letters", "gauge", "Letters that nobody redrove or cleared yet");
        Line(text, "creel_dead_letters", letters);
        ProcessFigures.Write(text);
        return text.ToString();
    }

    public static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ")
            .Append(name)
            .Append(' ')
            .Append(help)
            .Append("\n# TYPE ")
            .Append(name)
            .Append(' ')
            .Append(type)
            .Append('\n');

    public static void Line(StringBuilder text, string name, double value) =>
        text.Append(name).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Messages(StringBuilder text)
    {
        Head(text, "vm_hub_messages_total", "counter", "Total number of messages routed");
        foreach (var (type, status, count) in hub.Metrics.Messages)
        {
            Line(text, $"vm_hub_messages_total{{type=\"{type}\",status=\"{status}\"}}", count);
        }
    }

    private void Agents(StringBuilder text)
    {
        var seats = hub.Book.All;
        var online = seats.Count(s => s.Link is not null);
        Head(text, "vm_hub_agents", "gauge", "Number of agents by status");
        Line(text, "vm_hub_agents{status=\"online\"}", online);
        Line(text, "vm_hub_agents{status=\"offline\"}", seats.Count - online);
    }

    private void Durations(StringBuilder text)
    {
        const string name = "creel_task_duration_seconds";
        Head(text, name, "histogram", "From a task's start to its end");
        foreach (var (type, durations) in hub.Metrics.TaskDurations)
        {
            var (counts, sum) = durations.Read();
            var below = 0L;
            for (var i = 0; i < counts.Length; i++)
            {
                below += counts[i];
                var bound = i < HubMetrics.Bounds.Length ? HubMetrics.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, $"{name}_bucket{{type=\"{type}\",le=\"{bound}\"}}", below);
            }

            Line(text, $"{name}_sum{{type=\"{type}\"}}", sum);
            Line(text, $"{name}_count{{type=\"{type}\"}}", below);
        }
    }

    /// <summary>Ids of the older mode may be any text.</summary>
    private static string Escaped(string label) => label.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
