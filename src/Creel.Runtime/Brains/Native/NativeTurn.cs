using Creel.Core;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Brains.Native.Prompts;
using Creel.Runtime.Brains.Native.Tools;
using Creel.Runtime.Brains.Native.Transcripts;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native;

/// <summary>One message and its answer: the model is asked, its tools are carried out, and again, until it has no more to call.</summary>
internal sealed class NativeTurn
{
    private const int MostRounds = 60;

    private readonly TaskRun run;
    private readonly TurnOrder order;
    private readonly string relay;
    private readonly TurnEvents events;
    private readonly SessionFolder folder;
    private readonly ContextGauge gauge;
    private readonly TurnResult result = new();
    private Draft? draft;

    /// <summary>The conversation before this message.</summary>
    private string? before;

    public NativeTurn(TaskRun run, TurnOrder order, string relay)
    {
        (this.run, this.order, this.relay) = (run, order, relay);
        events = new TurnEvents(run);
        gauge = new ContextGauge(run.Agent.Mind?.ContextTokens);
        folder = new SessionFolder(run.Surroundings.State, run.Agent.Id);
    }

    /// <exception cref="CreelException">There is no model, or the session's files can't be used.</exception>
    public async Task<TaskOutcome> AnswerAsync()
    {
        var models = Models();
        var workspace = new Workspace(run.Agent.Workspace);
        if (WorkspaceSeed.Plant(workspace, run.Agent, events.Note))
        {
            await WorkspaceRepository.BeginAsync(run, workspace).ConfigureAwait(false);
        }

        result.Session = order.Session ?? folder.SessionOf(order.Key) ?? Guid.NewGuid().ToString("D");
        using var transcript = Transcript.Open(folder, result.Session, workspace.Path, run.Surroundings.Time, events.Note);
        var thinking = order.Thinking ?? ThinkingLevels.Known(run.Agent.Mind?.Thinking);
        var calls = new ModelCalls(models, model => ModelTable.Open(model, run.Agent, relay), events, run.Surroundings.Time);
        var held = folder.HeldBy(order.Key, result.Session);
        Begin(transcript, calls.Now, thinking);
        try
        {
            await ConverseAsync(transcript, calls, workspace, thinking).ConfigureAwait(false);
            if (gauge.Warning(order, held, result) is { } warning)
            {
                result.Text += warning;
                events.Text(warning);
            }

            return TaskOutcome.Success(result.Write());
        }
        catch (ModelFault fault) when (run.Stop.Reason == StopReason.None)
        {
            Keep(transcript, calls.Now, "error", ModelCalls.Sentence(fault));
            if (fault.ContextFull)
            {
                return Full();
            }

            result.Stop = fault.Stop;
            if (fault.Refused)
            {
                transcript.LeaveFrom(before, ModelCalls.Sentence(fault));
            }

            return TaskOutcome.Failure(Explain(fault, calls.Now), result.Write());
        }
        catch (OperationCanceledException) when (run.Stop.Reason != StopReason.None)
        {
            Keep(transcript, calls.Now, "aborted");
            result.Stop = "aborted";
            result.Text = draft?.Text ?? result.Text;
            return NativeBrain.Stopped(run, result.Write());
        }
        catch (IOException e)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "session-files",
                    $"The conversation could not be kept: {e.Message}",
                    "See whether the disk is full"
                ),
                e
            );
        }
        finally
        {
            Note(calls.Now);
        }
    }

    private async Task ConverseAsync(Transcript transcript, ModelCalls calls, Workspace workspace, string? thinking)
    {
        var tools = new ToolSet(new ToolScene(run, order, workspace, folder, result.Session!, relay), () => calls.Now, events);
        var prompt = SystemPrompt.Write(run, order, workspace, tools.Offers, events.Note);
        using var spoken = new SpokenPart(folder.Transcript(result.Session!));
        var messages = new List<Message>(History.Last(transcript.Before, order.HistoryTurns))
        {
            Pictures.Of(order.Message, order.Images, workspace, events.Note),
        };
        var told = messages.Count - 1;
        var steering = new Steering(run, order, relay, result.Steered);
        var empty = false;
        for (var round = 0; ; round++)
        {
            if (!gauge.Fits(result.Held, prompt, messages, tools.Offers))
            {
                throw new ModelFault(400, "the conversation is longer than the model holds", "context_length_exceeded");
            }

            Draft answer;
            try
            {
                answer = await AskAsync(calls, prompt, messages, tools, thinking, spoken).ConfigureAwait(false);
            }
            catch (ModelFault fault) when (Pictures.Refused(fault, messages[told]))
            {
                // Not every model takes pictures, and none says so beforehand.
                events.Note($"{calls.Now} takes no such pictures ({ModelCalls.Sentence(fault)}): they are left out");
                messages[told] = new UserMessage($"{order.Message}\n({Pictures.NotShown})");
                continue;
            }

            var said = new ModelMessage(answer.Parts(), calls.Now.ToString());
            draft = null;
            Take(transcript, calls.Now, said, answer);
            spoken.Clear();
            messages.Add(said);
            var wanted = said.Parts.OfType<CallPart>().ToList();
            result.Text = answer.Text;
            if (wanted.Count == 0)
            {
                if (answer.Text.Length > 0 || answer.Stop == ModelStop.Refused || empty)
                {
                    End(answer);
                    return;
                }

                // It thought, or lost the thread: once more, and no further.
                empty = true;
                messages.RemoveAt(messages.Count - 1);
                continue;
            }

            if (round == MostRounds)
            {
                result.Stop = "tool-limit";
                result.Text =
                    $"I stopped: {result.ToolCalls} tools in {MostRounds} rounds, and no answer yet. Say 'go on' if that is what you want.";
                Answer(
                    transcript,
                    messages,
                    [.. wanted.Select(c => new ToolMessage(c.Id, c.Tool, "(not run: too many rounds)", true))]
                );
                if (run.Output.Length > 0)
                {
                    events.ResetText();
                }

                events.Text(result.Text);
                return;
            }

            if (answer.AnyText)
            {
                events.ResetText();
            }

            result.ToolCalls += wanted.Count;
            messages.AddRange(
                await tools.RunAsync(wanted, message => transcript.Add(message), run.Stop.Token).ConfigureAwait(false)
            );
            foreach (var heard in await steering.TakeAsync(run.Stop.Token).ConfigureAwait(false))
            {
                var more = new UserMessage(heard);
                transcript.Add(more);
                messages.Add(more);
            }
        }
    }

    private Task<Draft> AskAsync(
        ModelCalls calls,
        SystemPrompt prompt,
        List<Message> messages,
        ToolSet tools,
        string? thinking,
        SpokenPart spoken
    ) =>
        calls.AskAsync(
            model => new Question(model, prompt.Steady, prompt.Passing, messages, tools.Offers, thinking),
            (begun, model) =>
            {
                draft = begun;
                spoken.Begin(model);
            },
            text =>
            {
                spoken.Add(text);
                events.Text(text);
            },
            run.Stop.Token
        );

    private IReadOnlyList<ModelName> Models()
    {
        var first =
            order.Model
            ?? run.Agent.Model
            ?? throw new CreelException(
                Fault.Invalid(
                    "no-model",
                    $"Agent '{run.Agent.Id}' has no model to ask",
                    "Set its model in the habitat, as in \"anthropic/claude-sonnet-4-6\""
                )
            );
        string[] names = [first, .. run.Agent.Mind?.Fallbacks ?? []];
        return [.. names.Select(ModelName.Parse).Distinct()];
    }

    private void Begin(Transcript transcript, ModelName model, string? thinking)
    {
        if (transcript.Model != model.ToString())
        {
            transcript.ChangeModel(model);
        }

        if ((thinking ?? "off") != (transcript.Thinking ?? "off"))
        {
            transcript.ChangeThinking(thinking ?? "off");
        }

        before = transcript.Here;
        transcript.Add(new UserMessage(order.Message));
        folder.Change(
            order.Key,
            entry =>
            {
                entry["sessionId"] = result.Session;
                entry["updatedAt"] = run.Surroundings.Time.GetUtcNow().ToUnixTimeMilliseconds();
            }
        );
    }

    private void Take(Transcript transcript, ModelName model, ModelMessage said, Draft answer)
    {
        result.Usage += answer.Usage;
        result.Held = answer.Usage.Total;
        result.Model = model.ToString();
        var stop =
            answer.Stop == ModelStop.Length ? "length"
            : said.Parts.OfType<CallPart>().Any() ? "toolUse"
            : "stop";
        transcript.Add(said, new ModelEnd(Api(model), model, answer.Usage, stop));
    }

    private static void Answer(Transcript transcript, List<Message> messages, IReadOnlyList<ToolMessage> answers)
    {
        foreach (var answer in answers)
        {
            transcript.Add(answer);
            messages.Add(answer);
        }
    }

    private void End(Draft answer)
    {
        result.Stop = answer.Stop switch
        {
            ModelStop.Length => "length",
            ModelStop.ContextFull => "context-full",
            _ => "end",
        };
        if (answer.Text.Length == 0)
        {
            throw answer.Stop == ModelStop.Refused
                ? new ModelFault(200, "the model refuses to answer this", ModelFault.ModelRefuses)
                : new ModelFault(200, "the model gave an empty answer, twice");
        }
    }

    /// <summary>What had been said when it broke off.</summary>
    private void Keep(Transcript transcript, ModelName model, string stop, string? error = null)
    {
        var said = draft?.Parts().Where(part => part is not CallPart).ToList() ?? [];
        if (said.Count == 0 && stop == "aborted")
        {
            return;
        }

        result.Usage += draft?.Usage ?? Usage.None;
        transcript.Add(
            new ModelMessage(said, model.ToString()),
            new ModelEnd(Api(model), model, draft?.Usage ?? Usage.None, stop, error)
        );
    }

    private TaskOutcome Full()
    {
        result.Stop = "context-full";
        result.Text = ContextGauge.Full;
        if (run.Output.Length > 0)
        {
            events.ResetText();
        }

        events.Text(result.Text);
        return TaskOutcome.Success(result.Write());
    }

    private static string Explain(ModelFault fault, ModelName model) =>
        fault.NoBudget ? $"There is no budget left for this: {fault.Message}"
        : fault.Refused ? $"{model} refuses this message, and it is left out of the conversation ({Said(fault)})"
        : fault.Status == 200 ? $"{model}: {fault.Message}"
        : fault.MayTryAgain ? $"{model} gives no answer ({ModelCalls.Sentence(fault)})"
        : $"{model} could not be asked ({ModelCalls.Sentence(fault)})";

    private static string Said(ModelFault fault) => fault.Status == 200 ? fault.Message : ModelCalls.Sentence(fault);

    private void Note(ModelName model)
    {
        try
        {
            folder.Change(order.Key, entry => result.Note(entry, model, gauge.Holds, run.Surroundings.Time.GetUtcNow()));
        }
        catch (IOException e)
        {
            events.Note($"sessions.json could not be kept: {e.Message}");
        }
    }

    private string Api(ModelName model) =>
        (run.Agent.Upstreams ?? ModelCalls.BuiltIn).FirstOrDefault(u => u.Name == model.Provider)?.Dialect == "openai"
            ? "openai-completions"
            : "anthropic-messages";
}
