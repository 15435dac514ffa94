using Creel.Adapters.Launchd;
using Creel.Adapters.Systemd;
using Creel.Core;

namespace Creel.Tests.Systemd;

public class ServeUnitTests
{
    private static readonly BootOrder Order = new(
        "creel",
        "/opt/my creel/100%/creel",
        ["serve", "--http-port", "0"],
        "/srv/\"home\"\\of $USER"
    );

    [Fact]
    public void A_restart_of_serve_kills_nothing_but_serve()
    {
        var lines = ServeUnit.Of(Order, machine: true).Split('\n');

        lines.ShouldContain("KillMode=process");
        lines.ShouldContain("Delegate=yes");
        lines.ShouldContain("Restart=on-failure");
        lines.ShouldContain("WantedBy=multi-user.target");
    }

    [Fact]
    public void Whatever_a_path_holds_it_stays_one_word()
    {
        var lines = ServeUnit.Of(Order, machine: true).Split('\n');

        lines.ShouldContain("""ExecStart=:"/opt/my creel/100%%/creel" "serve" "--http-port" "0" """.TrimEnd());
        lines.ShouldContain("""Environment="CREEL_HOME=/srv/\"home\"\\of $USER" """.TrimEnd());
    }

    [Theory]
    [InlineData("/srv/\"home\"\\of $USER")]
    [InlineData("/srv/100%/a\nb\tc")]
    [InlineData("/root/.creel")]
    public void Its_home_is_read_back_as_it_was_written(string home) =>
        ServeUnit.HomeOf(ServeUnit.Of(Order with { Home = home }, machine: true)).ShouldBe(home);

    [Theory]
    [InlineData("/srv/\"home\" & <others>")]
    [InlineData("/Users/ann/.creel")]
    public void The_home_of_a_property_list_too(string home) =>
        ServePlist.HomeOf(ServePlist.Of(Order with { Home = home })).ShouldBe(home);

    [Fact]
    public void A_unit_of_another_home_is_not_taken_over()
    {
        var there = ServeUnit.Of(Order with { Home = "/srv/first" }, machine: true);

        var fault = ServeUnit.Refusal("/etc/x.service", there, Order with { Home = "/srv/second" })!;

        (fault.Kind, fault.Code).ShouldBe((FaultKind.Conflict, "service-home"));
        fault.Message.ShouldContain("/srv/first");
        fault.Remedy!.ShouldContain("--name");
        ServeUnit.Refusal("/etc/x.service", there, Order with { Home = "/srv/first" }).ShouldBeNull();
        ServeUnit.Refusal("/etc/x.service", null, Order).ShouldBeNull();
        ServeUnit.Refusal("/etc/x.service", "[Unit]\n", Order)!.Code.ShouldBe("service-foreign");
    }

    /// <summary>Each of these would give serve mounts of its own, which cells are made of, or take from cells what they need.</summary>
    [Theory]
    [InlineData("ProtectSystem")]
    [InlineData("ProtectHome")]
    [InlineData("PrivateTmp")]
    [InlineData("PrivateDevices")]
    [InlineData("ProtectKernel")]
    [InlineData("ReadWritePaths")]
    [InlineData("RestrictNamespaces")]
    [InlineData("RestrictSUIDSGID")]
    [InlineData("MemoryDenyWriteExecute")]
    [InlineData("CapabilityBoundingSet")]
    public void What_hinders_making_cells_is_not_in_it(string key) =>
        ServeUnit.Of(Order, machine: true).ShouldNotContain($"\n{key}");

    [Fact]
    public void A_users_unit_has_no_walls_and_leaves_its_own_control_group()
    {
        var unit = ServeUnit.Of(Order, machine: false);

        unit.ShouldContain("\nDelegateSubgroup=creel-serve\n");
        unit.ShouldContain("\nWantedBy=default.target\n");
        unit.ShouldNotContain("NoNewPrivileges");
    }

    [Fact]
    public void For_macos_it_is_a_property_list() =>
        ServePlist
            .Of(new BootOrder("creel", "/opt/creel & co/creel", ["serve"], "/Users/ann/.creel"))
            .ShouldBe(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- Made by: creel service install -->
                <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
                <plist version="1.0">
                <dict>
                  <key>Label</key><string>creel</string>
                  <key>ProgramArguments</key>
                  <array>
                    <string>/opt/creel &amp; co/creel</string>
                    <string>serve</string>
                  </array>
                  <key>EnvironmentVariables</key>
                  <dict>
                    <key>CREEL_HOME</key><string>/Users/ann/.creel</string>
                  </dict>
                  <key>RunAtLoad</key><true/>
                  <key>KeepAlive</key>
                  <dict>
                    <key>SuccessfulExit</key><false/>
                  </dict>
                  <key>AbandonProcessGroup</key><true/>
                  <key>Umask</key><integer>63</integer>
                  <key>StandardErrorPath</key><string>/Users/ann/.creel/serve.log</string>
                </dict>
                </plist>

                """.ReplaceLineEndings("\n")
            );

    [Fact]
    public void A_property_list_is_right_xml_and_a_control_character_is_refused()
    {
        var settings = new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore };
        using var xml = System.Xml.XmlReader.Create(new StringReader(ServePlist.Of(Order)), settings);
        System.Xml.Linq.XDocument.Load(xml).Root!.Name.LocalName.ShouldBe("plist");
        Should
            .Throw<CreelException>(() => ServePlist.Of(Order with { Home = "/a\u0001b" }))
            .Fault.Kind.ShouldBe(FaultKind.Refused);
    }
}
