namespace Creel.Core.Habitats.Shapes;

/// <summary>What may be said of the gateway itself.</summary>
internal static class GatewayShapes
{
    public const string Text = """
        {
        gateway: {
            port: "int 1..", mode: "=local|remote", bind: "=auto|lan|loopback|custom|tailnet", customBindHost: "string",
            controlUi: { enabled: "bool", basePath: "string", root: "string", allowedOrigins: ["string"],
            dangerouslyAllowHostHeaderOriginFallback: "bool", allowInsecureAuth: "bool", dangerouslyDisableDeviceAuth: "bool",
            experimental: { customPlugins: "bool" }, environment: { "label!": "string",
            "color!": "=teal|amber|purple|coral|pink|blue|green|red|gray" }, communityInvite: "bool",
            github: { token: { $or: ["string", { "source!": "=env|file|exec|store", "provider!": "string",
            "id!": "string" }] } }, sessionObserver: "bool", embedSandbox: "=strict|scripts|trusted",
            allowExternalEmbedUrls: "bool", automaticallyFetchFavicons: "bool" },
            auth: { mode: "=none|token|password|trusted-proxy", token: "string", password: "string", allowTailscale: "bool",
            rateLimit: { maxAttempts: "number", windowMs: "number", lockoutMs: "number", exemptLoopback: "bool" },
            trustedProxy: { "userHeader!": "string", requiredHeaders: ["string"], allowUsers: ["string"],
            allowLoopback: "bool", cloudflareAccessOidc: { "issuer!": "string", "providerId!": "string",
            "githubAccountIdClaim!": "string" }, deviceAutoApprove: { enabled: "bool", scopes: ["string"] } },
            identityScopes: { "*": ["string"] } },
            trustedProxies: ["string"], allowRealIpFallback: "bool", tools: "any", channelHealthCheckMinutes: "int 0..",
            tailscale: "any", remote: "any", reload: { mode: "=off|restart|hot|hybrid", debounceMs: "int 0.." }, tls: "any",
            http: "any", nodes: "any", publicOrigin: "string", portals: "any", cliAgents: "any", terminal: "any", roles: "any",
            push: "any",
        },
        }
        """;
}
