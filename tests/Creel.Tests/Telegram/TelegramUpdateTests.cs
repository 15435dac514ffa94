using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.Telegram;
using Creel.Core.Channels;
using Creel.Samples.Telegram;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Telegram;

/// <summary>Updates as the Bot API documents them, and as nobody does.</summary>
public class TelegramUpdateTests
{
    private static readonly TelegramUpdates Reader = new(
        new ChannelAccount("telegram", "default"),
        new TelegramMe(42, "bart_bot", "Bart", true, false)
    );

    [Fact]
    public void A_direct_message()
    {
        var message = Read(Payloads.Direct(7, "hi")).ShouldNotBeNull();

        message.Peer.ToString().ShouldBe("direct:7");
        message.Sender.ShouldBe(new Sender("7", "Ann Smith", "ann"));
        message.Text.ShouldBe("hi");
        message.Id.ShouldStartWith("7:");
        message.ThreadId.ShouldBeNull();
    }

    [Fact]
    public void A_direct_message_in_a_topic_has_a_thread() =>
        Read(Payloads.Direct(7, "hi").And("message_thread_id", 5))!.ThreadId.ShouldBe("5");

    [Fact]
    public void A_message_of_a_group()
    {
        var message = Read(Payloads.Group(-1001, 7, "hi all").And("message_thread_id", 9)).ShouldNotBeNull();

        message.Peer.ToString().ShouldBe("group:-1001");
        message.ParentPeer.ShouldBeNull();
        message.PeerName.ShouldBe("Springfield");
        message.Mentions.ShouldBe(Mentions.None);
    }

    [Theory]
    [InlineData(true, 4L, "group:-1001:topic:4")]
    [InlineData(false, 4L, "group:-1001:topic:1")]
    [InlineData(null, null, "group:-1001:topic:1")]
    public void A_message_of_a_forum_is_its_topics(bool? inTopic, long? thread, string peer)
    {
        var payload = Payloads.Group(-1001, 7, "hi", forum: true);
        payload["is_topic_message"] = inTopic;
        payload["message_thread_id"] = thread;

        var message = Read(payload).ShouldNotBeNull();

        message.Peer.ToString().ShouldBe(peer);
        message.ParentPeer!.ToString().ShouldBe("group:-1001");
    }

    [Fact]
    public void Mentions_are_read_where_they_stand()
    {
        Read(Payloads.Group(-1, 7, "🛹🛹 @Bart_Bot hi").With("mention", "@Bart_Bot"))!.Mentions.Us.ShouldBeTrue();
        Read(Payloads.Group(-1, 7, "@lisa_bot hi").With("mention", "@lisa_bot"))!.Mentions.ShouldBe(new Mentions(Others: true));
        Read(Payloads.Group(-1, 7, "Bart hi").With("text_mention", "Bart", Payloads.User(42, "Bart", bot: true)))!
            .Mentions.Us.ShouldBeTrue();
        Read(Payloads.Group(-1, 7, "/status@bart_bot").With("bot_command", "/status@bart_bot"))!.Mentions.Us.ShouldBeTrue();
        Read(Payloads.Group(-1, 7, "/status@lisa_bot").With("bot_command", "/status@lisa_bot"))!.Mentions.Others.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_to_us_speaks_to_us_but_not_one_to_the_topics_first_message()
    {
        var ours = Payloads.Message(Payloads.User(42, "Bart", bot: true), [], "I said\nthis");
        var message = Read(Payloads.Group(-1, 7, "why?").And("reply_to_message", ours)).ShouldNotBeNull();
        message.Mentions.ReplyToUs.ShouldBeTrue();
        message.Quoted.ShouldBe("I said this");

        var first = Payloads.Message(Payloads.User(42, "Bart", bot: true), [], null).And("forum_topic_created", new JsonObject());
        Read(Payloads.Group(-1, 7, "why?").And("reply_to_message", first))!.Mentions.ReplyToUs.ShouldBeFalse();
    }

    [Fact]
    public void A_picture_has_its_caption_and_its_largest_size()
    {
        var payload = Payloads
            .Direct(7, null)
            .And("caption", "look @bart_bot")
            .And(
                "photo",
                new JsonArray(
                    new JsonObject { ["file_id"] = "small", ["file_size"] = 10 },
                    new JsonObject { ["file_id"] = "large", ["file_size"] = 99 }
                )
            )
            .With("mention", "@bart_bot", caption: true);

        var message = Read(payload).ShouldNotBeNull();

        message.Text.ShouldBe("look @bart_bot");
        message.Mentions.Us.ShouldBeTrue();
        message.Attachments.ShouldBe([new Attachment("photo", "large", Size: 99)]);
    }

    [Fact]
    public void A_document_is_named_by_its_file()
    {
        var payload = Payloads
            .Direct(7, null)
            .And(
                "document",
                new JsonObject
                {
                    ["file_id"] = "d1",
                    ["file_name"] = "report.pdf",
                    ["mime_type"] = "application/pdf",
                    ["file_size"] = 1234,
                }
            );

        Read(payload)!
            .Attachments.ShouldHaveSingleItem()
            .ToString()
            .ShouldBe("[document report.pdf, application/pdf, 1234 bytes, id d1]");
    }

    [Theory]
    [InlineData("""{"update_id":1,"edited_message":{"message_id":1,"chat":{"id":1},"from":{"id":1},"text":"x"}}""")]
    [InlineData("""{"update_id":1,"channel_post":{"message_id":1,"chat":{"id":1},"text":"x"}}""")]
    [InlineData("""{"update_id":1,"message":{"message_id":1,"chat":{"id":1},"text":"nobody"}}""")]
    [InlineData("""{"update_id":1}""")]
    [InlineData("""[]""")]
    [InlineData("""{"message":{"message_id":"1","chat":{"id":1},"from":{"id":1}}}""")]
    [InlineData("""{"message":{"message_id":1e400,"chat":{"id":1},"from":{"id":1}}}""")]
    [InlineData("""{"message":[]}""")]
    public void What_is_no_message_for_us_is_passed_over(string update)
    {
        using var json = JsonDocument.Parse(update);
        Reader.Read(json.RootElement).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"message":{"message_id":1,"chat":{"id":1},"from":{"id":1},"text":"\ud800"}}""")]
    [InlineData("""{"message":{"message_id":1,"chat":{"id":1},"from":{"id":1,"first_name":"\udfff"},"text":"x"}}""")]
    [InlineData("""{"message":{"message_id":1,"chat":{"id":1,"type":"\ud800"},"from":{"id":1},"text":"x","entities":{"a":1}}}""")]
    [InlineData(
        """{"message":{"message_id":1,"date":99999999999999,"chat":{"id":1},"from":{"id":1},"text":"x","entities":[{"type":"mention","offset":-1,"length":9},{"type":"mention","offset":0,"length":99999999999},1,null]}}"""
    )]
    [InlineData(
        """{"message":{"message_id":1,"chat":{"id":1},"from":{"id":1},"text":"x","photo":[1,null,"a"],"document":[],"reply_to_message":7}}"""
    )]
    public void Odd_parts_of_a_message_are_as_if_they_were_not_there(string update)
    {
        using var json = JsonDocument.Parse(update);
        Reader.Read(json.RootElement).ShouldNotBeNull();
    }

    [Fact]
    public void No_update_breaks_the_reader()
    {
        var seeds = new[]
        {
            Payloads.Direct(7, "hi"),
            Payloads.Group(-5, 7, "@bart_bot x", forum: true).With("mention", "@bart_bot").And("is_topic_message", true),
            Payloads.Direct(7, null).And("caption", "c").And("photo", new JsonArray(new JsonObject { ["file_id"] = "f" })),
            Payloads.Group(-5, 7, "re").And("reply_to_message", Payloads.Direct(42, "said")),
        };
        var texts = seeds
            .Select(s => Encoding.UTF8.GetBytes(new JsonObject { ["update_id"] = 1, ["message"] = s.DeepClone() }.ToJsonString()))
            .ToArray();
        string[] values = ["null", "-1", "[]", "{}", "\"\\ud800\"", "1e999", "99999999999999999999", "true", "\"\""];
        var cases =
            from seed in Gen.Choose(0, texts.Length - 1)
            from at in Gen.Choose(0, 2000)
            from length in Gen.Choose(0, 12)
            from value in Gen.Elements(values)
            from whole in Gen.Elements(true, false)
            select (seed, at, length, value, whole);
        var read = 0;
        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    var text = Encoding.UTF8.GetString(texts[c.seed]);
                    var broken = c.whole
                        ? Swap(text, c.at, c.value)
                        : text.Remove(c.at % text.Length, Math.Min(c.length, text.Length - (c.at % text.Length))).Insert(0, "");
                    try
                    {
                        using var json = JsonDocument.Parse(broken);
                        Reader.Read(json.RootElement);
                        read++;
                    }
                    catch (JsonException)
                    {
                        // It never comes to the reader.
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
        read.ShouldBeGreaterThan(500);
    }

    /// <summary>Another value in the place of one.</summary>
    private static string Swap(string json, int at, string value)
    {
        var colons = Enumerable.Range(0, json.Length).Where(i => json[i] == ':').ToList();
        var from = colons[at % colons.Count] + 1;
        var depth = 0;
        var end = from;
        for (; end < json.Length; end++)
        {
            if (json[end] is '{' or '[')
            {
                depth++;
            }
            else if (json[end] is '}' or ']' && depth-- == 0)
            {
                break;
            }
            else if (json[end] == ',' && depth == 0)
            {
                break;
            }
        }

        return json[..from] + value + json[end..];
    }

    private static InboundMessage? Read(JsonObject message)
    {
        using var json = JsonDocument.Parse(new JsonObject { ["update_id"] = 1, ["message"] = message }.ToJsonString());
        return Reader.Read(json.RootElement);
    }
}
