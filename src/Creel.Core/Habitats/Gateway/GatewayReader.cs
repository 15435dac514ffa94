using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Reads the <c>gateway</c> section.</summary>
internal static class GatewayReader
{
    public static GatewayModel Read(Json5Object? node)
    {
        var usual = new GatewayModel();
        return new GatewayModel
        {
            Mode = node.Word("mode") ?? usual.Mode,
            Port = node.Whole("port"),
            Bind = node.Word("bind") ?? usual.Bind,
            CustomBindHost = node.Word("customBindHost"),
            Auth = Auth(node.Map("auth")),
            ControlUi = ControlUi(node.Map("controlUi")),
            TrustedProxies = node.Words("trustedProxies") ?? [],
            Reload = new ReloadRules(
                node.Map("reload").Choice("mode", usual.Reload.Mode),
                node.Map("reload").Whole("debounceMs") is >= 0 and var time
                    ? TimeSpan.FromMilliseconds(time)
                    : usual.Reload.Debounce
            ),
        };
    }

    private static GatewayAuth Auth(Json5Object? node)
    {
        var usual = new GatewayAuth();
        var (limit, proxy) = (node.Map("rateLimit"), node.Map("trustedProxy"));
        return new GatewayAuth
        {
            Mode = node.Choice("mode", node.Word("password") is null ? GatewayAuthMode.Token : GatewayAuthMode.Password),
            Token = Secret(node.Word("token"), "OPENCLAW_GATEWAY_TOKEN"),
            Password = Secret(node.Word("password"), "OPENCLAW_GATEWAY_PASSWORD"),
            AllowTailscale = node.Flag("allowTailscale") ?? false,
            MaxAttempts = limit.Whole("maxAttempts") ?? usual.MaxAttempts,
            Window = Time(limit, "windowMs") ?? usual.Window,
            Lockout = Time(limit, "lockoutMs") ?? usual.Lockout,
            ExemptLoopback = limit.Flag("exemptLoopback") ?? usual.ExemptLoopback,
            UserHeader = proxy.Word("userHeader"),
            RequiredHeaders = proxy.Words("requiredHeaders") ?? [],
            AllowUsers = proxy.Words("allowUsers") ?? [],
        };
    }

    private static SecretSource Secret(string? written, string variable) =>
        written is null ? new SecretSource.Variable(variable) : new SecretSource.Text(written);

    private static TimeSpan? Time(Json5Object? node, string key) =>
        node.Number(key) is > 0 and < 1e12 and var time ? TimeSpan.FromMilliseconds(time) : null;

    private static ControlUiModel ControlUi(Json5Object? node) =>
        new()
        {
            Enabled = node.Flag("enabled") ?? true,
            BasePath = node.Word("basePath"),
            AllowedOrigins = node.Words("allowedOrigins") ?? [],
            HostHeaderOriginFallback = node.Flag("dangerouslyAllowHostHeaderOriginFallback") ?? false,
            AllowInsecureAuth = node.Flag("allowInsecureAuth") ?? false,
            DisableDeviceAuth = node.Flag("dangerouslyDisableDeviceAuth") ?? false,
        };
}
