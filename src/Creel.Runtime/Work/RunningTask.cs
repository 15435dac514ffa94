namespace Creel.Runtime.Work;

/// <summary>A task in its slot.</summary>
internal sealed class RunningTask(TaskRun run, Lane lane)
{
    public TaskRun Run { get; } = run;

    public Lane Lane { get; } = lane;

    /// <summary>Who follows its output; null: nobody.</summary>
    public OutputWatch? Watch { get; set; }

    /// <summary>Completes when its response is kept and sent.</summary>
    public Task Finished { get; set; } = Task.CompletedTask;
}
