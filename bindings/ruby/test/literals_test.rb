# frozen_string_literal: true

require_relative "helper"

# Streamed literals of several loops at once: each belongs to the loop whose command it is of.
class LiteralsTest < Test
  # Messages are their number, again and again.
  def opened(&block)
    server = peer do |line|
      line.greet
      line.serve do |command|
        first, last = command.match(/FETCH (\d+):(\d+)/)&.captures
        next "" unless first

        (first.to_i..last.to_i).map { |i| "* #{i} FETCH (UID #{i} BODY[] {40}\r\n#{i.to_s * 20})\r\n" }.join
      end
    end
    server.open do |imap|
      imap.examine_mailbox
      block.call(imap)
    end
  end

  def streaming(imap, set, &block)
    imap.each_message(set, "BODY.PEEK[]", stream: "BODY[]", on_literal: block)
  end

  def test_two_loops_that_take_turns_whichever_begins
    opened do |imap|
      [[0, 1], [1, 0]].each do |order|
        got = [[], []]
        loops = [11..13, 25..27].each_with_index.map do |set, which|
          streaming(imap, set) { |literal| literal.each { |octets| got[which] << "#{literal.number}=#{octets[0, 2]}" } }
        end
        3.times { |i| order.each { |which| assert_equal [11, 25][which] + i, loops[which].next.seq } }
        loops.each { |one| assert_raises(StopIteration) { one.next } }
        assert_equal [%w[11=11 12=12 13=13], %w[25=25 26=26 27=27]], got
      end
    end
  end

  def test_a_literal_never_reads_another
    opened do |imap|
      kept = []
      inner = outer = nil
      streaming(imap, 11..13) do |literal|
        kept << literal
        assert_equal "11", literal.read(2) if literal.number == 11
        next unless literal.number == 12

        error = assert_raises(IMAP4::Error) { kept[0].read }
        assert_equal "IMAP_ERR_STATE", error.code
        assert_match(/BODY\[\]: 38 octets/, error.message)
        outer = literal
        inner = streaming(imap, 25..26) do |other|
          assert_raises(IMAP4::Error) { outer.read }
          assert_equal "25" * 20, other.read if other.number == 25
          assert_nil other.read if other.number == 25
        end
        assert_equal 25, inner.next.seq
        assert_raises(IMAP4::Error) { literal.read }
      end.each { |message| assert_includes 11..13, message.seq }
      assert_equal 26, inner.next.seq
      assert_equal 3, kept.size
      assert_equal "OK", imap.noop[0]
    end
  end
end
