namespace Creel.Core.Routing;

/// <summary>
/// Finds the agent that a message goes to, and the conversation: eight tiers from the exact peer to the default agent, in each the
/// first rule of the configuration that holds as a whole. Safe for many threads. A configuration that changed needs a new one.
/// </summary>
public sealed class Router
{
    private readonly RoutingModel model;
    private readonly RouteTarget chosen;
    private readonly Dictionary<string, ChannelIndex> channels;
    private readonly RouteTarget[] targets;

    public Router(RoutingModel model)
    {
        this.model = model;
        var resolve = new RouteTargets(model);
        chosen = resolve.Default;
        targets = new RouteTarget[model.Bindings.Count == 0 ? 0 : model.Bindings.Max(b => b.Index) + 1];
        foreach (var binding in model.Bindings)
        {
            targets[binding.Index] = resolve.Of(binding);
        }

        channels = model
            .Bindings.GroupBy(b => b.Channel)
            .ToDictionary(g => g.Key, g => new ChannelIndex(g, model.Manner), StringComparer.Ordinal);
    }

    public RouteOutcome Resolve(MessageSource source)
    {
        if (model.Channels is { } known && !known.Contains(source.Channel))
        {
            return new RouteOutcome.Refused(RouteTier.Default, null, UnknownChannel(source.Channel, known));
        }

        var (tier, binding) = channels.TryGetValue(source.Channel, out var index)
            ? index.Find(source)
            : (RouteTier.Default, null);
        var target = binding is null ? chosen : targets[binding.Index];
        if (target.Refusal is { } refusal)
        {
            return new RouteOutcome.Refused(tier, binding?.Index, refusal);
        }

        return new RouteOutcome.Found(
            new Route(
                target.Agent,
                source.Channel,
                source.Account,
                SessionKeys.Of(target.Agent, source, model.Session, model.Manner, binding),
                SessionKeys.Main(target.Agent, model.Session, model.Manner),
                tier,
                binding?.Index
            )
        );
    }

    private static Fault UnknownChannel(string channel, IReadOnlySet<string> known) =>
        Fault.Refused(
            "unknown-channel",
            channel.Length == 0 ? "the message names no channel" : $"{Slug.Quote(channel)} is no channel",
            KnownChannels.Meant(channel, known) is { } meant
                ? $"write {meant}"
                : "write its full name in small letters, such as telegram, or give it a section in channels"
        );
}
