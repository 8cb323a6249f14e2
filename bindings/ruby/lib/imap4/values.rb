# frozen_string_literal: true

class IMAP4
  # A frozen struct with keywords.
  # @api private
  def self.value(*members)
    Struct.new(*members, keyword_init: true) do
      def initialize(**)
        super
        freeze
      end
    end
  end
  private_class_method :value

  # Pattern matching for a class that is no struct: READERS are what can be matched.
  # @api private
  module Matchable
    # @param keys [Array<Symbol>, nil] readers; all of them if nil
    def deconstruct_keys(keys)
      readers = self.class::READERS
      (keys ? readers & keys : readers).to_h { |reader| [reader, public_send(reader)] }
    end
  end

  # A mailbox of LIST, LSUB or XLIST. name is UTF-8, raw_name as the server wrote it; delimiter is nil without levels;
  # extended holds what stands behind the name (RFC 5258) as a Hash of trees.
  Mailbox = value(:name, :raw_name, :delimiter, :attributes, :children, :old_name, :extended, :malformed)
  class Mailbox
    # Whether the server gave an attribute: "\\Sent", in any case.
    def attribute?(name)
      name = Arguments.name(name, "name")
      attributes.any? { |one| one.casecmp?(name) }
    end

    # Whether the mailbox can be selected.
    def selectable?
      !attribute?("\\Noselect") && !attribute?("\\NonExistent")
    end
  end

  # The figures of STATUS; nil for those the server did not tell. appendlimit is :none if the server set no limit.
  MailboxStatus = value(:name, :raw_name, :messages, :recent, :unseen, :uidnext, :uidvalidity, :size, :deleted,
                        :deleted_storage, :highestmodseq, :appendlimit, :mailboxid, :malformed)

  # What SELECT or EXAMINE told of the mailbox; nil for what it did not.
  Selected = value(:exists, :recent, :flags, :permanent_flags, :uidvalidity, :uidnext, :unseen, :highestmodseq,
                   :mailboxid, :readonly, :messages, :vanished)

  # Ranges of numbers to the numbers themselves.
  # @api private
  module Spread
    # Ten octets from a server can name four thousand million messages: no Array is filled with more than these.
    MOST = 2**23

    module_function

    # @raise [Error] IMAP_ERR_LIMIT if there are more than eight million; the connection is not touched by it
    def numbers(ranges)
      check(ranges.sum(&:size))
      ranges.flat_map(&:to_a)
    end

    def check(count)
      return unless count > MOST

      raise Error.new("the server named #{count} messages: read their ranges", code: "IMAP_ERR_LIMIT")
    end
  end
  private_constant :Spread

  # An answer of ESEARCH. all and partial are arrays of Ranges.
  ExtendedSearch = value(:uid, :min, :max, :count, :all, :partial, :partial_range, :modseq, :mailbox, :uidvalidity, :tag,
                         :malformed)
  class ExtendedSearch
    # All numbers found, or those of PARTIAL, one by one.
    # @raise [Error] IMAP_ERR_LIMIT if there are more than eight million: read {all}
    def numbers
      Spread.numbers(all || partial || [])
    end
  end

  # A message in a thread and the answers to it; number is nil for one that is not in the mailbox.
  ThreadNode = value(:number, :children)
  # A thread can be as long as the server likes, so that what goes through all of it is a loop.
  class ThreadNode
    # Whether the other has the same messages in the same places.
    def ==(other)
      other.is_a?(ThreadNode) && flat == other.flat
    end

    def eql?(other)
      other.is_a?(ThreadNode) && flat.eql?(other.flat)
    end

    def hash
      flat.hash
    end

    # In the notation of THREAD: "#<IMAP4::ThreadNode 3 6 (4 23)(44 7 96)>".
    def inspect
      written = +"#<#{self.class} "
      todo = [self]
      until todo.empty?
        one = todo.pop
        next written << one if one.is_a?(String)

        written << one.number.inspect
        first, *others = one.children
        if others.any?
          written << " "
          one.children.reverse_each { |child| todo.push(")", child, "(") }
        elsif first
          todo.push(first, " ")
        end
      end
      written << ">"
    end
    alias to_s inspect

    # For pp.
    def pretty_print(printer)
      printer.text(inspect)
    end

    protected

    # Number and count of children of each, from the first on: two trees with the same are the same.
    def flat
      found = []
      todo = [self]
      until todo.empty?
        one = todo.pop
        found << one.number << one.children&.size
        todo.concat(one.children.reverse) if one.children
      end
      found
    end
  end

  # Messages that are gone. ranges: their UIDs as Ranges, as the server named them.
  Vanished = value(:ranges, :earlier, :malformed)
  class Vanished
    # @return [Array<Integer>] the UIDs one by one
    # @raise [Error] IMAP_ERR_LIMIT if there are more than eight million: read {ranges}
    def uids
      Spread.numbers(ranges)
    end
  end

  # One namespace.
  Namespace = value(:prefix, :raw_prefix, :delimiter, :translation)
  # Personal, other users' and shared namespaces, each an Array of {Namespace}.
  Namespaces = value(:personal, :others, :shared)

  # A resource of a quota root; limit is nil without one.
  Quota = value(:name, :usage, :limit)
  # A quota root with its resources.
  QuotaRoot = value(:root, :resources)

  # Who may do what: identifier => rights.
  AccessList = value(:mailbox, :rights)
  # What somebody may do with a mailbox; optional are groups of rights that can be given.
  Rights = value(:mailbox, :identifier, :rights, :optional)

  # Annotations of a mailbox: entry => value (METADATA), entry => { attribute => value } (ANNOTATION).
  Annotations = value(:mailbox, :entries)

  # The UIDs that messages were given by APPEND. ranges: as Ranges, as the server named them.
  Appended = value(:uidvalidity, :ranges)
  class Appended
    # The UID of the first message; nil if the server did not tell.
    def uid
      ranges.first&.first
    end

    # @return [Array<Integer>] the UIDs one by one
    # @raise [Error] IMAP_ERR_LIMIT if there are more than eight million: read {ranges}
    def uids
      Spread.numbers(ranges)
    end
  end

  # Which copy is whose. ranges: Arrays of the first old UID, the first new one, and how many.
  Copied = value(:uidvalidity, :ranges)
  class Copied
    # @return [Hash{Integer => Integer}] old UID => new UID
    # @raise [Error] IMAP_ERR_LIMIT if there are more than eight million: read {ranges}
    def pairs
      Spread.check(ranges.sum { |_, _, count| count })
      ranges.each_with_object({}) { |(old, new, count), pairs| count.times { |i| pairs[old + i] = new + i } }
    end
  end

  # The code of a status. number, second, text, words, set, source as the code has them: see imap_code_kind in imap4.h;
  # malformed: whether it is not as it must be.
  Code = value(:name, :argument, :number, :second, :text, :words, :source, :set, :malformed)

  # What is known of a TLS session. certificate is DER.
  TLSInfo = value(:version, :cipher, :certificate, :verified)

  # An address of an envelope, frozen, since several messages share it. kind is :mailbox, :group_start (mailbox is the
  # group's name) or :group_end. raw_name is as sent; {#name} is decoded.
  Address = Struct.new(:raw_name, :route, :mailbox, :host, :kind) do
    # The name with its encoded words decoded, in UTF-8.
    def name
      raw_name && IMAP4.header_decode(raw_name)
    end

    # "mailbox@host" as sent, whatever is in it; the mailbox alone without a host. Binary if it is no UTF-8.
    def address
      host ? "#{mailbox}@#{host}" : mailbox
    rescue Encoding::CompatibilityError # one of them is no UTF-8
      "#{mailbox.b}@#{host.b}"
    end

    # To be shown: one line of UTF-8, as {#name} is.
    def to_s
      shown = Native.shown(address.to_s)
      raw_name ? "#{name} <#{shown}>" : shown
    end
  end

  # The envelope of a message: texts as sent, nil for NIL; addresses as Arrays of {Address}, empty for NIL.
  Envelope = Struct.new(:date, :raw_subject, :from, :sender, :reply_to, :to, :cc, :bcc, :in_reply_to, :message_id,
                        :malformed) do
    # The subject with its encoded words decoded, in UTF-8.
    def subject
      raw_subject && IMAP4.header_decode(raw_subject)
    end
  end

  # A section of a message: octets is binary, nil for NIL; item is as the server wrote it: "BODY[1.MIME]".
  Section = value(:item, :part, :kind, :octets, :origin, :binary, :streamed)
end
