namespace Creel.Adapters.Systemd;

/// <summary>
/// What every hardened unit says. <c>MemoryDenyWriteExecute</c> is not in it: Node compiles at run time into memory that it then
/// executes. Nor is <c>RestrictSUIDSGID</c>: it takes all of openat2 away, by which careful programs open paths (OpenClaw starts
/// without it, and not every tool need), and with <c>NoNewPrivileges</c> a set-uid file gives nobody anything.
/// </summary>
internal static class UnitHardening
{
    public static readonly string[] Lines =
    [
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "AmbientCapabilities=",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "PrivateUsers=yes",
        "DevicePolicy=closed",
        "ProtectClock=yes",
        "ProtectControlGroups=yes",
        "ProtectHostname=yes",
        "ProtectKernelLogs=yes",
        "ProtectKernelModules=yes",
        "ProtectKernelTunables=yes",
        "ProtectProc=invisible",
        "RestrictNamespaces=yes",
        "RestrictRealtime=yes",
        "LockPersonality=yes",
        "RemoveIPC=yes",
        "KeyringMode=private",
        "SystemCallArchitectures=native",
        "SystemCallFilter=@system-service",
        "SystemCallFilter=~@privileged @resources",
        "SystemCallErrorNumber=EPERM",
        "UMask=0077",
        "LimitCORE=0",
    ];
}
