using System.Security.Cryptography;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.Files;

/// <summary>
/// What opens gateways elsewhere, a file each, in a folder that is its owner's alone: <c>gateways/prod.token</c>, or where nothing does,
/// where they are: <c>gateways/prod.address</c>. No cell has the folder.
/// </summary>
/// <param name="make">A secret for a device, and the device of one.</param>
public sealed class GatewaySecretFiles(string folder, (Func<byte[]> Secret, Func<byte[], IDeviceKey> Key) make) : IGatewaySecrets
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lock gate = new();

    private string DeviceFile => Path.Combine(folder, "device.key");

    public GatewaySecret? Find(string gateway) =>
        Read(FileOf(gateway, password: false)) is { } token ? Parse(token, password: false)
        : Read(FileOf(gateway, password: true)) is { } password ? Parse(password, password: true)
        : null;

    public void Set(string gateway, GatewaySecret secret)
    {
        Write(FileOf(gateway, secret.IsPassword), $"{secret.Text}\n{secret.Url.OriginalString}");
        File.Delete(FileOf(gateway, !secret.IsPassword));
        File.Delete(AddressFile(gateway));
    }

    public Uri? Address(string gateway) =>
        Find(gateway)?.Url
        ?? (Uri.TryCreate(Read(AddressFile(gateway)) ?? "", UriKind.Absolute, out var address) ? address : null);

    public void Keep(string gateway, Uri address) => Write(AddressFile(gateway), address.OriginalString);

    public void Remove(string gateway)
    {
        string[] files = [FileOf(gateway, password: false), FileOf(gateway, password: true), AddressFile(gateway)];
        try
        {
            Array.ForEach(files, File.Delete);
        }
        catch (DirectoryNotFoundException)
        {
            // No secret was ever kept.
        }
    }

    public IDeviceKey Device()
    {
        lock (gate)
        {
            var text = Read(DeviceFile);
            if (text is null)
            {
                var secret = make.Secret();
                Write(DeviceFile, Convert.ToBase64String(secret));
                return make.Key(secret);
            }

            try
            {
                return make.Key(Convert.FromBase64String(text));
            }
            catch (Exception e) when (e is FormatException or ArgumentException or CryptographicException)
            {
                throw new CreelException(
                    Fault.Invalid(
                        "device-key",
                        $"{DeviceFile} holds no key",
                        "Delete it; gateways then want to let this device in anew."
                    ),
                    e
                );
            }
        }
    }

    private string FileOf(string gateway, bool password) => FileOf(gateway, password ? "password" : "token");

    private string AddressFile(string gateway) => FileOf(gateway, "address");

    /// <summary>Names of gateways have no sign that leads elsewhere, nor a dot.</summary>
    private string FileOf(string gateway, string kind) =>
        gateway.Length > 0 && gateway.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? Path.Combine(folder, $"{gateway}.{kind}")
            : throw new CreelException(Fault.Invalid("gateway-name", "that is no name of a gateway"));

    /// <summary>The secret in a line, and where it is shown in the next.</summary>
    private static GatewaySecret? Parse(string text, bool password) =>
        text.Split('\n') is [var secret, var url] && Uri.TryCreate(url.Trim(), UriKind.Absolute, out var where)
            ? new GatewaySecret(secret.Trim(), password, where)
            : null;

    private void Write(string file, string text)
    {
        try
        {
            Directory.CreateDirectory(folder, Owner);
            File.SetUnixFileMode(folder, Owner);
            WholeFile.Write(file, text + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable("gateway-secret-write", $"{file} can't be written: {e.Message}", "Look at the disk."),
                e
            );
        }
    }

    private static string? Read(string file)
    {
        try
        {
            var facts = new FileInfo(file);
            if (!facts.Exists)
            {
                return null;
            }

            return facts.LinkTarget is null && (facts.UnixFileMode & ~Owner) == 0
                ? File.ReadAllText(file).Trim()
                : throw new CreelException(
                    Fault.Refused("token-exposed", $"others may read {file}", $"close it with: chmod 600 {file}")
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Missing("token-file", $"{file} can't be read: {e.Message}"), e);
        }
    }
}
