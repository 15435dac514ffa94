using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Creel.Proxy.Intercept;

/// <summary>
/// The extension that binds an authority to some names (RFC 5280 §4.2.1.10), for which .NET has no builder: these names and what
/// is below them are allowed, and no address at all, since to allow names says nothing of addresses.
/// </summary>
internal static class NameConstraints
{
    private const string Oid = "2.5.29.30";
    private static readonly Asn1Tag Permitted = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Excluded = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 7);

    public static X509Extension Only(IEnumerable<string> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Permitted))
            {
                foreach (var name in names)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsName);
                    }
                }
            }

            using (writer.PushSequence(Excluded))
            {
                // An address and a mask of zeros each: every one, of both kinds.
                foreach (var length in (ReadOnlySpan<int>)[8, 32])
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteOctetString(new byte[length], Address);
                    }
                }
            }
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }
}
