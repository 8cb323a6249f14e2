# frozen_string_literal: true

require_relative "helper"
require "pp"

# What values do by themselves.
class ValuesTest < Test
  def test_a_code_says_whether_it_is_malformed
    codes = ["[UIDNEXT 5]", "[UIDNEXT x]"].map { |code| IMAP4.parse("* OK #{code} y\r\n")[0].code }
    assert_equal [["UIDNEXT", 5, false], ["UIDNEXT", true]], [[codes[0].name, codes[0].number, codes[0].malformed], [codes[1].name, codes[1].malformed]]
  end

  def test_messages_and_parts_match_patterns
    message = IMAP4.parse('* 4 FETCH (UID 7 FLAGS (\Seen) BODYSTRUCTURE ("TEXT" "HTML" NIL NIL NIL "7BIT" 30 2))' "\r\n")[0].message
    case message
    in { uid: 5 } then flunk
    in { uid:, flags:, body_structure: { type: "text/html", octets:, parts: [] } }
      assert_equal [7, ["\\Seen"], 30], [uid, flags, octets]
    end
    refute((message in { nothing: _ }))
    assert_equal({ seq: 4, uid: 7, size: nil }, message.deconstruct_keys(nil).slice(:seq, :uid, :size))
    assert_equal "7BIT", message.body_structure.deconstruct_keys(nil)[:encoding]
  end

  def test_items_without_a_reader
    message = IMAP4.parse('* 4 FETCH (BODY[HEADER.FIELDS (SUBJECT)] "x" X-NIL NIL X-NUMBER 5 x-text "a b" UID 7 X-LIST (a (b NIL) "c") ' \
                          "X-LAST)\r\n")[0].message
    assert_equal ["a b", 5, 7, ["a", ["b", nil], "c"]], %w[X-TEXT x-number UID X-List].map { |name| message.item(name) }
    ["X-NIL", "X-NONE", "X-LAST", "FETCH", "a b"].each { |name| assert_nil message.item(name), name }
  end

  def test_threads_of_any_length
    read = ->(text) { IMAP4.parse("* THREAD #{text}\r\n")[0].threads }
    one = read.call("(3 6 (4 23)(44 7 96))((1)(2))(5)")
    assert_equal "[#<IMAP4::ThreadNode 3 6 (4 23)(44 7 96)>, #<IMAP4::ThreadNode nil (1)(2)>, #<IMAP4::ThreadNode 5>]", one.inspect
    assert_equal one, read.call("(3 6 (4 23)(44 7 96))((1)(2))(5)")
    refute_equal one, read.call("(3 6 (4 23)(44 7)(96))((1)(2))(5)")
    refute_equal one[2], read.call("(5 6)")[0]
    refute_equal one[2], 5
    assert_equal 2, { one[0] => 1, one[1] => 1, read.call("(3 6 (4 23)(44 7 96))")[0] => 2 }.size
    long, branched = "(#{(1..100_000).to_a.join(" ")})", "(#{(1..9_000).map { |number| "#{number} (77)(" }.join}8#{")" * 9_001}"
    [long, branched].each do |text|
      node, same = Array.new(2) { IMAP4.parse("* THREAD #{text}\r\n", max_depth: 10_000)[0].threads[0] }
      assert_operator node.inspect.size, :>, 80_000
      assert_equal [node.inspect, "#{node.inspect}\n"], [node.to_s, node.pretty_inspect]
      assert_equal [true, true, true], [node == same, node.eql?(same), node.hash == same.hash]
    end
  end
end
