# frozen_string_literal: true

class IMAP4
  # Typed readers. On a result they look for the row of their kind; on a row they read that one. nil if there is none.
  class Response
    # @return [Mailbox, nil] of the first LIST, LSUB or XLIST
    def mailbox
      view(%i[list lsub xlist]) { |at| Views.mailbox(at) }
    end

    # @return [Array<Mailbox>] of all LIST, LSUB and XLIST rows
    def mailboxes
      views(%i[list lsub xlist]) { |at| Views.mailbox(at) }
    end

    # @return [MailboxStatus, nil]
    def mailbox_status
      view(%i[status]) { |at| Views.mailbox_status(at) }
    end

    # @return [Array<MailboxStatus>]
    def mailbox_statuses
      views(%i[status]) { |at| Views.mailbox_status(at) }
    end

    # @return [Array<Integer>] the numbers of SEARCH or SORT, all rows together; those of an ESEARCH too
    def numbers
      views(%i[search sort esearch]) { |at| Views.numbers(at) }.flatten(1)
    end

    # @return [Integer, nil] the highest mod-sequence of what SEARCH or SORT found
    def modseq
      view(%i[search sort]) { |at| Views.search_modseq(at) }
    end

    # @return [ExtendedSearch, nil]
    def extended_search
      view(%i[esearch]) { |at| Views.extended_search(at) }
    end

    # @return [Array<ExtendedSearch>]
    def extended_searches
      views(%i[esearch]) { |at| Views.extended_search(at) }
    end

    # @return [Array<ThreadNode>, nil]
    def threads
      view(%i[thread]) { |at| Views.threads(at) }
    end

    # @return [Vanished, nil]
    def vanished
      view(%i[vanished]) { |at| Views.vanished(at) }
    end

    # @return [Array<QuotaRoot>]
    def quotas
      views(%i[quota]) { |at| Views.quota(at) }
    end

    # @return [Array<String>, nil] the roots of QUOTAROOT
    def quota_roots
      view(%i[quotaroot]) { |at| Views.words(at) }
    end

    # @return [AccessList, nil]
    def acl
      view(%i[acl]) { |at| Views.acl(at) }
    end

    # @return [Rights, nil] of MYRIGHTS or LISTRIGHTS
    def rights
      view(%i[myrights listrights]) { |at| Views.rights(at) }
    end

    # @return [Namespaces, nil]
    def namespaces
      view(%i[namespace]) { |at| Views.namespaces(at) }
    end

    # @return [Hash{String => String}, nil] what ID told; {} for NIL
    def id
      view(%i[id]) { |at| Views.entries(at) }
    end

    # @return [Array<Annotations>] of METADATA
    def metadata
      views(%i[metadata]) { |at| Views.metadata(at) }
    end

    # @return [Array<Annotations>] of ANNOTATION
    def annotations
      views(%i[annotation]) { |at| Views.annotations(at) }
    end

    # @return [Array<String>, nil] of ENABLED
    def enabled
      view(%i[enabled]) { |at| Views.words(at) }
    end

    # @return [Array<String>, nil] of CAPABILITY
    def capabilities
      view(%i[capability]) { |at| Views.words(at) }
    end

    # @return [Array<String>, nil] of FLAGS
    def flags
      view(%i[flags]) { |at| Views.words(at) }
    end

    # @return [Code, nil] the code of the status, of this line alone
    def code
      Views.code(address)
    end

    # @return [Appended, nil] of APPENDUID
    def appenduid
      code = Views.code(address)
      return nil unless code && code.name == "APPENDUID"

      Appended.new(uidvalidity: code.number, ranges: code.set || [])
    end

    # @return [Copied, nil] of COPYUID, in the result or in a row of its own
    def copyuid
      [address, *row_addresses].each { |at| (found = Views.copied(at)) && (return found) }
      nil
    end

    private

    def row_addresses
      Array.new(N.imap_response_row_count(address)) { |i| N.imap_response_row(address, i) }
    end

    # What a server sent under a name may be so broken that there is no view of it: it is left out.
    def views(kinds)
      return [yield(address)].compact if kinds.include?(kind)

      row_addresses.filter_map { |at| yield at if kinds.include?(KINDS[N.imap_response_kind(at)]) }
    end

    def view(kinds)
      return yield(address) if kinds.include?(kind)

      row = row_addresses.find { |at| kinds.include?(KINDS[N.imap_response_kind(at)]) }
      row && yield(row)
    end
  end

  # From the address of one response line to values.
  # @api private
  module Views
    N = Native
    UNLIMITED = (2**64) - 1
    private_constant :N, :UNLIMITED

    module_function

    # One struct filled by a function (response, struct, size); nil if the response has none.
    def struct(name, function, at)
      buffer = N.scratch[name]
      N.public_send(function, at, buffer, buffer.size) == N::IMAP_OK ? buffer : nil
    end

    # Goes through what a function with a cursor gives.
    def each(name, function, *arguments)
      buffer = N.scratch[name]
      cursor = FFI::MemoryPointer.new(:uint32)
      yield buffer while N.public_send(function, *arguments, cursor, buffer, buffer.size) == N::IMAP_OK
    end

    def words(at, list = N::IMAP_ROOT)
      found = []
      cursor = FFI::MemoryPointer.new(:uint32)
      out = N.scratch.out
      while N.imap_word_next(at, list, cursor, out, out + 8) == N::IMAP_OK
        found << N.text(out.get_uint64(0), out.get_uint64(8))
      end
      found
    end

    # The ranges of the set at a node; * is 4294967295. nil for no node.
    def set(at, node)
      return nil if node.zero?

      found = []
      cursor = FFI::MemoryPointer.new(:uint32)
      numbers = N.scratch.numbers
      while N.imap_set_next(at, node, cursor, numbers, numbers + 4) == N::IMAP_OK
        found << (numbers.get_uint32(0)..numbers.get_uint32(4))
      end
      found
    end

    # The value of a node; a Response knows how.
    def tree(at, node)
      return nil if node.zero?

      Tree.new(at).value_of(node)
    end

    def delimiter(octet)
      octet.zero? ? nil : [octet].pack("U").freeze
    end

    def mailbox(at)
      entry = struct(:imap_list_entry, :imap_list_get, at) or return nil
      list, extended, children = %i[attribute_list extended childinfo].map { |field| entry.number(field) }
      values = { name: entry.text(:name_utf8), raw_name: entry.text(:name), delimiter: delimiter(entry.number(:delimiter)),
                 old_name: entry.text(:old_name_utf8), malformed: !entry.number(:malformed).zero? }
      Mailbox.new(**values, attributes: list.zero? ? [] : words(at, list), extended: pairs(at, extended),
                            children: children.zero? ? [] : words(at, children))
    end

    STATUS_NUMBERS = { messages: :IMAP_STATUS_HAS_MESSAGES, recent: :IMAP_STATUS_HAS_RECENT,
                       unseen: :IMAP_STATUS_HAS_UNSEEN, uidnext: :IMAP_STATUS_HAS_UIDNEXT,
                       uidvalidity: :IMAP_STATUS_HAS_UIDVALIDITY, deleted: :IMAP_STATUS_HAS_DELETED }.freeze
    STATUS_LONG = { deleted_storage: :IMAP_STATUS_HAS_DELETED_STORAGE, highestmodseq: :IMAP_STATUS_HAS_HIGHESTMODSEQ,
                    appendlimit: :IMAP_STATUS_HAS_APPENDLIMIT }.freeze
    private_constant :STATUS_NUMBERS, :STATUS_LONG

    def mailbox_status(at)
      data = struct(:imap_status_data, :imap_status_get, at) or return nil
      has = data.number(:has)
      values = {}
      STATUS_NUMBERS.each { |name, bit| values[name] = data.number(name) if has & N.const_get(bit) != 0 }
      STATUS_LONG.each { |name, bit| values[name] = data.long(name) if has & N.const_get(bit) != 0 }
      values[:size] = data.long(:octets) if has & N::IMAP_STATUS_HAS_SIZE != 0
      values[:appendlimit] = :none if values[:appendlimit] == UNLIMITED
      MailboxStatus.new(**values, name: data.text(:name_utf8), raw_name: data.text(:name),
                                  mailboxid: data.text(:mailboxid), malformed: !data.number(:malformed).zero?)
    end

    def numbers(at)
      return extended_search(at).numbers if N.imap_response_kind(at) == N::IMAP_KIND_ESEARCH

      out = N.scratch.out
      return [] unless N.imap_numbers_get(at, out, out + 8) == N::IMAP_OK

      count = out.get_uint64(8)
      count.zero? ? [] : N.octets(out.get_uint64(0), count * 4).unpack("L*")
    end

    def search_modseq(at)
      out = N.scratch.out
      N.imap_search_modseq(at, out) == N::IMAP_OK ? out.get_uint64(0) : nil
    end

    def extended_search(at)
      data = struct(:imap_esearch, :imap_esearch_get, at)
      has = data.number(:has)
      values = { uid: data.number(:is_uid) == 1, tag: data.text(:tag), partial_range: data.text(:partial_range),
                 malformed: !data.number(:malformed).zero? }
      values[:min] = data.number(:min) if has & N::IMAP_ESEARCH_MIN != 0
      values[:max] = data.number(:max) if has & N::IMAP_ESEARCH_MAX != 0
      values[:count] = data.number(:count) if has & N::IMAP_ESEARCH_COUNT != 0
      values[:modseq] = data.long(:modseq) if has & N::IMAP_ESEARCH_MODSEQ != 0
      uidvalidity, all, partial = data.number(:uidvalidity), data.number(:all), data.number(:partial)
      values[:uidvalidity] = uidvalidity unless uidvalidity.zero?
      ExtendedSearch.new(**values, mailbox: mailbox_name(at), all: set(at, all), partial: set(at, partial))
    end

    # Iterative, because a thread can be as long as the server likes.
    def threads(at)
      roots = []
      todo = [[N::IMAP_ROOT, roots]]
      buffer = N.scratch[:imap_thread_node]
      until todo.empty?
        node, siblings = todo.pop
        next unless N.imap_thread_get(at, node, buffer, buffer.size) == N::IMAP_OK

        number = buffer.number(:number)
        siblings << ThreadNode.new(number: number.zero? ? nil : number, children: (children = []))
        todo << [buffer.number(:next), siblings] << [buffer.number(:child), children]
      end
      roots
    end

    def vanished(at)
      data = struct(:imap_vanished, :imap_vanished_get, at)
      uids, earlier, malformed = data.number(:uids), data.number(:is_earlier), data.number(:malformed)
      Vanished.new(ranges: set(at, uids) || [], earlier: earlier == 1, malformed: malformed != 0)
    end

    def quota(at)
      resources = []
      each(:imap_quota, :imap_quota_next, at) do |one|
        limit = one.long(:limit)
        resources << Quota.new(name: one.text(:name), usage: one.long(:usage), limit: limit == UNLIMITED ? nil : limit)
      end
      root = N.scratch.text { |ptr, len| N.imap_quota_root(at, ptr, len) }
      QuotaRoot.new(root: root, resources: resources)
    end

    def mailbox_name(at)
      struct(:imap_mailbox, :imap_mailbox_get, at)&.text(:name_utf8)
    end

    def acl(at)
      rights = {}
      each(:imap_rights, :imap_acl_next, at) { |one| rights[one.text(:identifier)] = one.text(:rights) }
      AccessList.new(mailbox: mailbox_name(at), rights: rights)
    end

    def rights(at)
      data = struct(:imap_rights, :imap_rights_get, at)
      values = { identifier: data.text(:identifier), rights: data.text(:rights) }
      optional = N.imap_response_kind(at) == N::IMAP_KIND_LISTRIGHTS ? words(at) : []
      Rights.new(**values, mailbox: mailbox_name(at), optional: optional)
    end

    def namespaces(at)
      personal, others, shared = [0, 1, 2].map do |which|
        found = []
        each(:imap_namespace_entry, :imap_namespace_next, at, which) do |one|
          found << Namespace.new(prefix: one.text(:prefix_utf8), raw_prefix: one.text(:prefix),
                                 delimiter: delimiter(one.number(:delimiter)), translation: one.text(:translation))
        end
        found
      end
      Namespaces.new(personal: personal, others: others, shared: shared)
    end

    # Names and values that are texts; {} for no list.
    def entries(at, function = :imap_entry_next, *list)
      found = {}
      return found if list == [0]

      each(:imap_entry, function, at, *list) { |one| found[one.text(:name)] = one.text(:value) }
      found
    end

    # Names and values of a list, values as trees; {} for no list.
    def pairs(at, list)
      nodes = {}
      return nodes if list.zero?

      each(:imap_entry, :imap_pair_next, at, list) { |one| nodes[one.text(:name)] = one.number(:value_node) }
      nodes.transform_values { |node| tree(at, node) }
    end

    def metadata(at)
      Annotations.new(mailbox: mailbox_name(at), entries: entries(at))
    end

    def annotations(at)
      nodes = {}
      each(:imap_entry, :imap_entry_next, at) { |one| nodes[one.text(:name)] = one.number(:value_node) }
      Annotations.new(mailbox: mailbox_name(at), entries: nodes.transform_values { |list| entries(at, :imap_pair_next, list) })
    end

    def code(at)
      data = struct(:imap_code, :imap_code_get, at)
      return nil unless data

      values = { name: data.text(:name).upcase, text: data.text(:text), number: data.long(:number), second: data.number(:second),
                 malformed: !data.number(:malformed).zero? }
      list, source, set = %i[words source set].map { |field| data.number(field) }
      Code.new(**values, argument: code_argument(at), words: list.zero? ? nil : words(at, list), source: set(at, source), set: set(at, set))
    end

    def code_argument(at)
      out = N.scratch.out
      rc = N.imap_response_code(at, out, out + 8, out + 16, out + 24)
      rc == N::IMAP_OK ? N.text(out.get_uint64(16), out.get_uint64(24)) : nil
    end

    def copied(at)
      out = N.scratch.out
      return nil unless N.imap_copyuid_get(at, out, out + 8) == N::IMAP_OK

      ranges = N.octets(out.get_uint64(0), out.get_uint64(8) * 12) || ""
      Copied.new(uidvalidity: code(at)&.number, ranges: ranges.unpack("L*").each_slice(3).to_a)
    end
  end

  # Nodes of one response line as nested values.
  # @api private
  class Tree < Response
    NO_HANDLE = Struct.new(:freed?).new(false).freeze
    private_constant :NO_HANDLE

    def initialize(address)
      super(address, NO_HANDLE)
    end

    def value_of(node)
      kind = N.imap_node_kind(address, node)
      [N::IMAP_NODE_LIST, N::IMAP_NODE_CODE].include?(kind) ? values(node) : value(node)
    end
  end
end
