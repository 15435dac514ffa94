using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>Which accounts there are, as the habitat in force says; starts and stops their channels.</summary>
internal sealed class AccountBook(ChannelsParts parts, Func<LiveAccount, IInbox> inbox)
{
    private readonly SemaphoreSlim turn = new(1);
    private volatile IReadOnlyDictionary<ChannelAccount, LiveAccount> accounts = new Dictionary<ChannelAccount, LiveAccount>();
    private HabitatModel? seen;
    private bool told;

    public IEnumerable<LiveAccount> All => accounts.Values.OrderBy(a => a.Id.ToString(), StringComparer.Ordinal);

    /// <summary>Null: no habitat is in force.</summary>
    public Judge? Judge { get; private set; }

    public GatewayRules? Rules { get; private set; }

    public LiveAccount? Find(ChannelAccount account) => accounts.GetValueOrDefault(account);

    /// <exception cref="CreelException">There is none of that name.</exception>
    public LiveAccount Get(string channel, string account) =>
        Find(ChannelAccount.Of(channel, account))
        ?? throw new CreelException(
            Fault.NotFound(
                "no-account",
                $"there is no account {account} of {channel}",
                "see which there are: creel channel list; or give it a token: creel channel login"
            )
        );

    /// <summary>Goes by the habitat in force, if that is another one than before.</summary>
    /// <param name="anyway">Tokens may have changed.</param>
    public async Task RefreshAsync(bool anyway = false)
    {
        var habitat = parts.Ports.Habitat();
        if (ReferenceEquals(habitat, seen) && told && !anyway)
        {
            return;
        }

        await turn.WaitAsync();
        try
        {
            (seen, told) = (habitat, true);
            var rules = habitat is null ? null : RulesReader.Read(habitat, parts.Ports.Variable);
            foreach (var warning in rules?.Warnings ?? [])
            {
                parts.Log.LogWarning("{Warning}", warning);
            }

            await GoByAsync(rules);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task StopAsync()
    {
        await turn.WaitAsync();
        await Task.WhenAll(accounts.Values.Select(a => a.StopAsync()));
        accounts = new Dictionary<ChannelAccount, LiveAccount>();
        turn.Release();
    }

    private async Task GoByAsync(GatewayRules? rules)
    {
        var wanted = rules is null ? [] : Wanted(rules);
        var (next, fresh) = (new Dictionary<ChannelAccount, LiveAccount>(), new List<LiveAccount>());
        foreach (var model in wanted)
        {
            var made = Prepare(model);
            if (accounts.TryGetValue(model.Id, out var there) && Same(there, made))
            {
                (there.Model, there.Access) = (model, made.Access);
                next[model.Id] = there;
            }
            else
            {
                next[model.Id] = made;
                fresh.Add(made);
            }
        }

        // A bot has one poller: the old one stops before the new one starts.
        var gone = accounts.Values.Where(a => !next.ContainsValue(a)).ToList();
        (Judge, Rules) = (rules is null ? null : new Judge(rules), rules);
        await Task.WhenAll(gone.Select(a => a.StopAsync()));
        accounts = next;
        foreach (var account in fresh)
        {
            Start(account);
        }
    }

    /// <summary>Those of the habitat, and those that somebody gave a token.</summary>
    private List<AccountModel> Wanted(GatewayRules rules)
    {
        var wanted = rules.Accounts.ToList();
        var tokens = parts
            .Ports.Kinds.Where(k => k.TokenVariable is { } variable && parts.Ports.Token(variable) is not null)
            .Select(k => new ChannelAccount(k.Channel, RoutingText.DefaultAccount))
            .Concat(parts.Ports.Tokens.List());
        foreach (var account in tokens.Where(t => wanted.All(w => w.Id != t)).Distinct().ToList())
        {
            wanted.Add(rules.Account(account));
        }

        return wanted;
    }

    private LiveAccount Prepare(AccountModel model)
    {
        var kind = parts.Ports.Kinds.FirstOrDefault(k => k.Channel == model.Id.Channel);
        if (kind is null)
        {
            return new LiveAccount(model, null, null) { Trouble = $"this Creel has no adapter for {model.Id.Channel}" };
        }

        if (!model.Enabled)
        {
            return new LiveAccount(model, kind, null) { Trouble = "it is switched off (enabled: false)" };
        }

        var (token, trouble) = TokenOf(model, kind);
        if (trouble is not null || (token is null && kind.WantsToken))
        {
            return new LiveAccount(model, kind, null)
            {
                Trouble =
                    trouble
                    ?? $"it has no token: creel channel login --channel {model.Id.Channel} --account {model.Id.Account}",
            };
        }

        return new LiveAccount(model, kind, token) { Sending = new SemaphoreSlim(parts.Config.SendingAtOnce) };
    }

    private void Start(LiveAccount account)
    {
        if (account.Trouble is { } trouble)
        {
            parts.Log.LogWarning("{Account} does not run: {Trouble}", account.Id, trouble);
            return;
        }

        try
        {
            var channel = account.Kind!.Open(account.Model, account.Token);
            account.Access = new AccessPolicy(account.Model, channel.Traits, account.Kind);
            foreach (var odd in account.Access.Odd)
            {
                parts.Log.LogWarning("{Account}: {Entry} in a list can be no sender there, and lets nobody in", account.Id, odd);
            }

            account.Start(channel, inbox(account));
        }
        catch (CreelException e)
        {
            account.Trouble = e.Fault.ToString();
            parts.Log.LogError("{Account} does not run: {Fault}", account.Id, e.Fault);
        }
    }

    private (string? Token, string? Trouble) TokenOf(AccountModel model, IChannelKind kind)
    {
        try
        {
            if ((model.Text("botToken") ?? model.Text("token")) is { } written)
            {
                if (RulesReader.UnsetIn(written) is not { } unset)
                {
                    return (written, null);
                }

                // What was stored for it takes its place: a restart without the variable changes nothing.
                return parts.Ports.Tokens.Find(model.Id) is { } instead
                    ? (instead, null)
                    : (null, $"its token is in the variable {unset}, which serve was not given");
            }

            if (model.Text("tokenFile") is { } file)
            {
                return (parts.Ports.Tokens.FromFile(file), null);
            }

            var own = parts.Ports.Tokens.Find(model.Id);
            return own is null && model.Id.Account == RoutingText.DefaultAccount && kind.TokenVariable is { } variable
                ? (parts.Ports.Token(variable), null)
                : (own, null);
        }
        catch (CreelException e)
        {
            return (null, e.Fault.ToString());
        }
    }

    /// <summary>Whatever is said about whom to listen to takes hold without a restart of the channel.</summary>
    private static bool Same(LiveAccount there, LiveAccount made)
    {
        if (there.Trouble is not null || made.Trouble is not null || there.Token != made.Token || there.Channel is null)
        {
            return false;
        }

        made.Access = new AccessPolicy(made.Model, there.Channel.Traits, made.Kind!);
        return Told(there.Model) == Told(made.Model);
    }

    private static string Told(AccountModel model) =>
        model.Settings.ValueKind != System.Text.Json.JsonValueKind.Object
            ? ""
            : string.Join(
                '\n',
                model.Settings.EnumerateObject().Where(s => !AccessOnly.Contains(s.Name)).Select(s => $"{s.Name}={s.Value}")
            );

    private static readonly string[] AccessOnly = ["dmPolicy", "groupPolicy", "allowFrom", "groupAllowFrom", "groups", "name"];
}
