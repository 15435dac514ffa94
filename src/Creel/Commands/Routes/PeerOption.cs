using System.CommandLine;
using Creel.Core.Routing;

namespace Creel.Commands.Routes;

/// <summary><c>kind:id</c>; the id may have colons of its own.</summary>
internal static class PeerOption
{
    public static Option<Peer?> Build(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "KIND:ID",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var colon = text.IndexOf(':');
                var peer = colon < 0 ? null : Peer.Of(text[..colon], text[(colon + 1)..]);
                if (peer is null || peer.Kind == PeerKind.Other || peer.Id.Length == 0)
                {
                    result.AddError($"'{text}' is no peer: write direct:ID, group:ID or channel:ID");
                    return null;
                }

                return peer;
            },
        };
}
