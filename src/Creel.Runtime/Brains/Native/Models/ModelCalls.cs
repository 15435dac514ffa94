using Creel.Core.Link;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>Asks one model after the other until one answers; each again where it was only busy. Nobody else tries twice.</summary>
internal sealed class ModelCalls(
    IReadOnlyList<ModelName> models,
    Func<ModelName, IModel> open,
    TurnEvents events,
    TimeProvider time
)
{
    private const int Tries = 4;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private int at;

    /// <summary>The model that is asked; one that gave no answer is left alone for the rest of the turn.</summary>
    public ModelName Now => models[at];

    /// <summary>Which providers there are, where nobody told.</summary>
    public static IReadOnlyList<WelcomeUpstream> BuiltIn { get; } = [new("anthropic", "anthropic"), new("openai", "openai")];

    /// <summary>The answer; the question's model is the one that gave it.</summary>
    /// <param name="begun">Told of each draft, so that what was said is there when the turn is ended.</param>
    /// <param name="said">Told each piece of text.</param>
    /// <exception cref="ModelFault">None of them answers.</exception>
    public async Task<Draft> AskAsync(
        Func<ModelName, Question> question,
        Action<Draft, ModelName> begun,
        Action<string> said,
        CancellationToken cancel
    )
    {
        while (true)
        {
            try
            {
                return await AskOneAsync(question(Now), begun, said, cancel).ConfigureAwait(false);
            }
            catch (ModelFault fault) when (at + 1 < models.Count && !fault.NoBudget && !fault.ContextFull)
            {
                events.Note($"{Now} gives no answer ({Sentence(fault)}); {models[at + 1]} is asked");
                at++;
            }
        }
    }

    public static string Sentence(ModelFault fault) =>
        fault.Status == 0 ? fault.Message
        : fault.Message.Length == 0 ? $"status {fault.Status}"
        : $"status {fault.Status}: {fault.Message}";

    private async Task<Draft> AskOneAsync(
        Question question,
        Action<Draft, ModelName> begun,
        Action<string> said,
        CancellationToken cancel
    )
    {
        for (var tried = 1; ; tried++)
        {
            var draft = new Draft(said);
            begun(draft, question.Model);
            try
            {
                await open(question.Model).AskAsync(question, draft, cancel).ConfigureAwait(false);
                return draft;
            }
            catch (ModelFault fault) when (!cancel.IsCancellationRequested)
            {
                if (draft.AnyText)
                {
                    events.ResetText();
                }

                if (!fault.MayTryAgain || tried == Tries || Pause(fault, tried) is not { } pause)
                {
                    throw;
                }

                await Task.Delay(pause, time, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (cancel.IsCancellationRequested && e is not OperationCanceledException)
            {
                // However an SDK puts it.
                throw new OperationCanceledException(e.Message, e, cancel);
            }
        }
    }

    /// <summary>Null: longer than anybody waits for an answer.</summary>
    private static TimeSpan? Pause(ModelFault fault, int tried)
    {
        var usual = FirstPause * Math.Pow(2, tried - 1) * (0.75 + (Random.Shared.NextDouble() / 2));
        return fault.RetryAfter is not { } said ? usual
            : said > LongestPause ? null
            : said;
    }
}
