using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;

namespace Creel.Server.Gateway.Channels;

/// <summary>Finds what proves that we are an account: where the habitat says, else in what a login left.</summary>
internal sealed class AccountKeys(ChannelsParts parts)
{
    public IReadOnlyList<ChannelAccountModel> Wanted(HabitatModel habitat) =>
        AccountRoster.Of(habitat, parts.Ports.Kinds, parts.Ports.Tokens.List(), HabitatLookup.Of(habitat, parts.Ports.Variable));

    /// <returns>Its trouble says why it can't run.</returns>
    public LiveAccount Prepare(HabitatModel habitat, ChannelAccountModel model)
    {
        if (parts.Kind(model.Channel) is not { } kind)
        {
            return new LiveAccount(model, null, null) { Trouble = $"this Creel has no adapter for {model.Channel}" };
        }

        if (!model.Enabled)
        {
            return new LiveAccount(model, kind, null) { Trouble = "it is switched off (enabled: false)" };
        }

        try
        {
            var lookup = HabitatLookup.Of(habitat, parts.Ports.Variable);
            var token = Token(model, lookup);
            return token is null && kind.WantsToken
                ? new LiveAccount(model, kind, null)
                {
                    Trouble = $"it has no token: creel channel login --channel {model.Channel} --account {model.Id}",
                }
                : new LiveAccount(model, kind, new AccountSecrets(token, Find(model.WebhookSecret, lookup)))
                {
                    Sending = new SemaphoreSlim(parts.Config.SendingAtOnce),
                };
        }
        catch (CreelException e)
        {
            return new LiveAccount(model, kind, null) { Trouble = e.Fault.ToString() };
        }
    }

    private string? Token(ChannelAccountModel model, Func<string, string?> lookup)
    {
        var kept = parts.Ports.Tokens.Find(ChannelAccount.Of(model.Channel, model.Id));
        try
        {
            return Find(model.Token, lookup) ?? kept;
        }
        catch (CreelException) when (kept is not null)
        {
            // A restart without the variable changes nothing for who logged in.
            return kept;
        }
    }

    private string? Find(SecretSource? source, Func<string, string?> lookup) => source?.Find(lookup, parts.Ports.Tokens.FromFile);
}
