using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>Which accounts there are, as the habitat in force says; starts and stops their channels.</summary>
/// <param name="changed">Called when it is done.</param>
internal sealed class AccountBook(ChannelsParts parts, Func<LiveAccount, IInbox> inbox, Action changed)
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly AccountKeys keys = new(parts);
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
        // Behind whoever is at it: when this returns, it is so.
        await turn.WaitAsync();
        try
        {
            var same = ReferenceEquals(parts.Ports.Habitat(), seen) && told && !anyway;
            if (same || parts.Stopping.IsCancellationRequested)
            {
                return;
            }

            // Whatever comes of it: the same habitat would not come to more.
            var habitat = parts.Ports.Habitat();
            (seen, told) = (habitat, true);
            var rules = habitat is null ? null : RulesReader.Read(habitat);
            foreach (var warning in rules?.Warnings ?? [])
            {
                parts.Log.LogWarning("{Warning}", warning);
            }

            await GoByAsync(habitat, rules);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Tells once of each trouble that an account has, and when it is over.</summary>
    public void TellTroubles()
    {
        foreach (var account in accounts.Values.Where(a => a.Channel is not null))
        {
            var trouble = account.Channel!.State.Trouble;
            if (trouble == account.Told)
            {
                continue;
            }

            account.Told = trouble;
            if (trouble is null)
            {
                parts.Log.LogInformation("{Account} is well again", account.Id);
            }
            else
            {
                parts.Log.LogWarning("{Account}: {Trouble}", account.Id, trouble);
            }
        }
    }

    public async Task StopAsync()
    {
        await turn.WaitAsync();
        await Task.WhenAll(accounts.Values.Select(a => a.StopAsync()));
        accounts = new Dictionary<ChannelAccount, LiveAccount>();
        turn.Release();
    }

    private async Task GoByAsync(HabitatModel? habitat, GatewayRules? rules)
    {
        var (next, fresh) = (new Dictionary<ChannelAccount, LiveAccount>(), new List<LiveAccount>());
        foreach (var model in habitat is null ? [] : keys.Wanted(habitat))
        {
            var made = keys.Prepare(habitat!, model);
            if (next.Values.FirstOrDefault(other => SameLogin(other, made)) is { } twin)
            {
                made = new LiveAccount(model, made.Kind, null) { Trouble = $"account {twin.Id.Account} has the same token" };
            }

            if (accounts.TryGetValue(made.Id, out var there) && Same(there, made))
            {
                TellOdd(there, made.Access!.Odd.Except(there.Access?.Odd ?? []));
                (there.Model, there.Access) = (model, made.Access);
                next[made.Id] = there;
            }
            else
            {
                next[made.Id] = made;
                fresh.Add(made);
            }
        }

        // A bot has one poller: the old one stops before the new one starts.
        var gone = accounts.Values.Where(a => !next.ContainsValue(a)).ToList();
        (Judge, Rules) = (rules is null ? null : new Judge(rules), rules);
        await Task.WhenAll(gone.Select(a => a.StopAsync()));
        var before = accounts;
        accounts = next;
        foreach (var account in fresh)
        {
            Start(account, before.GetValueOrDefault(account.Id)?.Trouble);
        }

        changed();
    }

    /// <param name="known">What was wrong with it before, and has been told.</param>
    private void Start(LiveAccount account, string? known)
    {
        if (account.Trouble is { } trouble)
        {
            if (trouble == known)
            {
                return;
            }

            parts.Log.LogWarning("{Account} does not run: {Trouble}", account.Id, trouble);
            return;
        }

        try
        {
            var channel = account.Kind!.Open(account.Model, account.Secrets!);
            account.Access = new AccessPolicy(account.Model, channel.Traits, account.Kind);
            TellOdd(account, account.Access.Odd);
            account.Start(channel, inbox(account));
            _ = TellEndAsync(account);
        }
        catch (CreelException e)
        {
            account.Trouble = e.Fault.ToString();
            parts.Log.LogError("{Account} does not run: {Fault}", account.Id, e.Fault);
        }
    }

    private void TellOdd(LiveAccount account, IEnumerable<string> entries)
    {
        foreach (var odd in entries)
        {
            parts.Log.LogWarning("{Account}: {Entry} in a list can be no sender there, and lets nobody in", account.Id, odd);
        }
    }

    private async Task TellEndAsync(LiveAccount account)
    {
        await account.Receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (account.Stopped)
        {
            return;
        }

        if (account.Receiving.Exception is { } bug)
        {
            account.Trouble = "it broke off; serve's log has more";
            parts.Log.LogError(bug, "{Account} receives no more", account.Id);
        }
    }

    /// <summary>Two readers of one login would take each other's messages.</summary>
    private static bool SameLogin(LiveAccount one, LiveAccount other) =>
        one.Id.Channel == other.Id.Channel && one.Secrets?.Token is { } token && token == other.Secrets?.Token;

    /// <summary>Whatever is said about whom to listen to takes hold without a restart of the channel.</summary>
    private static bool Same(LiveAccount there, LiveAccount made)
    {
        if (there.Trouble is not null || made.Trouble is not null || there.Secrets != made.Secrets || there.Channel is null)
        {
            return false;
        }

        made.Access = new AccessPolicy(made.Model, there.Channel.Traits, made.Kind!);
        return (there.Model.Settings == made.Model.Settings && there.Model.NativeCommands == made.Model.NativeCommands)
            || there.Kind!.Alike(there.Model, made.Model);
    }
}
