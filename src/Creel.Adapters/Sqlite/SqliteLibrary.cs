using System.Reflection;
using System.Runtime.InteropServices;
using Creel.Core;
using SQLitePCL;

namespace Creel.Adapters.Sqlite;

/// <summary>
/// Binds the SQLite provider to the system's own library, which the distribution patches, instead of a bundled copy.
/// </summary>
internal static class SqliteLibrary
{
    private const string Name = "libsqlite3.so.0";

    /// <summary>3.37 is the first with STRICT tables.</summary>
    private const int OldestVersion = 3_037_000;

    private static readonly Lazy<Fault?> Loaded = new(TryLoad);

    /// <exception cref="CreelException">The library is missing or too old.</exception>
    public static void Load()
    {
        if (Loaded.Value is { } fault)
        {
            throw new CreelException(fault);
        }
    }

    private static Fault? TryLoad()
    {
        // The resolver must be there before the provider's first call, and only this assembly's names are redirected.
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        try
        {
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            return Fault.Missing(
                "sqlite-missing",
                $"The system library {Name} can't be loaded",
                "Install it: apt-get install libsqlite3-0"
            );
        }

        return raw.sqlite3_libversion_number() >= OldestVersion
            ? null
            : Fault.Missing(
                "sqlite-old",
                $"The system's SQLite is {raw.sqlite3_libversion().utf8_to_string()}; 3.37 or newer is needed",
                "Upgrade the package libsqlite3-0"
            );
    }

    private static IntPtr Resolve(string library, Assembly assembly, DllImportSearchPath? search) =>
        library == "e_sqlite3" ? NativeLibrary.Load(Name) : IntPtr.Zero;
}
