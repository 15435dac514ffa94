using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Gateway;

/// <summary>Whether a device is who it says, now and for this connection.</summary>
public static class DeviceProof
{
    private const int KeyLength = 32;
    private const int SignatureLength = 64;

    /// <summary>What is signed, in the third form; the second leaves out the last two.</summary>
    /// <param name="token">The secret that goes with it: shared, else the device's own.</param>
    public static string Text(ConnectRequest request, ConnectDevice device, int form)
    {
        var secrets = request.Secrets;
        string[] parts =
        [
            form == 3 ? "v3" : "v2",
            device.Id,
            request.Client.Id,
            request.Client.Mode,
            request.Role,
            string.Join(',', request.Scopes),
            device.SignedAt.ToString("F0", CultureInfo.InvariantCulture),
            secrets.Token ?? secrets.DeviceToken ?? "",
            device.Nonce ?? "",
        ];
        return string.Join(
            '|',
            form == 3 ? [.. parts, Lower(request.Client.Platform), Lower(request.Client.DeviceFamily)] : parts
        );
    }

    /// <returns>The error that the client gets; null: it is the device.</returns>
    public static GatewayError? Check(
        ConnectRequest request,
        ConnectDevice device,
        string nonce,
        DateTimeOffset now,
        ISignatureCheck signatures
    )
    {
        if (Bytes(device.PublicKey, KeyLength) is not { } key)
        {
            return Wrong("device-public-key", "device public key invalid", "DEVICE_AUTH_PUBLIC_KEY_INVALID");
        }

        if (device.Id != Convert.ToHexStringLower(SHA256.HashData(key)))
        {
            return Wrong("device-id-mismatch", "device identity mismatch", "DEVICE_AUTH_DEVICE_ID_MISMATCH");
        }

        if (Math.Abs(now.ToUnixTimeMilliseconds() - device.SignedAt) > GatewayLimits.Skew.TotalMilliseconds)
        {
            return Wrong("device-signature-stale", "device signature expired", "DEVICE_AUTH_SIGNATURE_EXPIRED");
        }

        if (string.IsNullOrWhiteSpace(device.Nonce))
        {
            return Wrong("device-nonce-missing", "device nonce required", "DEVICE_AUTH_NONCE_REQUIRED");
        }

        if (device.Nonce != nonce)
        {
            return Wrong("device-nonce-mismatch", "device nonce mismatch", "DEVICE_AUTH_NONCE_MISMATCH");
        }

        return Bytes(device.Signature, SignatureLength) is { } signature && (Signed(3, signature) || Signed(2, signature))
            ? null
            : Wrong("device-signature", "device signature invalid", "DEVICE_AUTH_SIGNATURE_INVALID");

        bool Signed(int form, byte[] of) => signatures.Holds(key, Encoding.UTF8.GetBytes(Text(request, device, form)), of);
    }

    private static GatewayError Wrong(string reason, string message, string code) =>
        GatewayError.Invalid(message, new() { ["code"] = code, ["reason"] = reason });

    private static byte[]? Bytes(string text, int length)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text.TrimEnd('='));
            return bytes.Length == length ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>ASCII alone, as the other end does it.</summary>
    private static string Lower(string? text) =>
        string.Concat((text ?? "").Trim().Select(c => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c));
}
