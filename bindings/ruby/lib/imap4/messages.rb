# frozen_string_literal: true

# Messages of the selected mailbox as Ruby values. Numbers are UIDs unless uid: false is given; sets are numbers, Ranges,
# Arrays or text (see {IMAP4.set}); flags Arrays or text.
class IMAP4
  # Which messages match.
  #
  #     imap.find([:unseen, :since, Date.new(2024, 1, 1), :subject, user_input])
  #
  # @param criteria [String, Array] ready text, or typed words: Symbols are keys; Strings are texts, quoted where needed,
  #   and behind their key never criteria; Dates, numbers and Ranges; an inner Array is in parentheses
  # @param charset [String, nil] what the text is sent in; nil: UTF-8 if there is any that is not ASCII
  # @return [Array<Integer>]
  def find(criteria = "ALL", uid: true, charset: nil)
    if criteria.is_a?(String)
      charset = Arguments.optional(charset, "charset")
      criteria = Arguments.text(Arguments.in_charset(criteria, charset, "criteria"), "criteria")
      return demand(:imap_cmd_search, charset, criteria, by(uid), &:numbers)
    end

    demand_command(by_uid("SEARCH", uid), *with_charset(criteria, charset), &:numbers)
  end

  # As {#find}, in an order: find_sorted(%w[REVERSE DATE], "ALL").
  # @return [Array<Integer>]
  def find_sorted(keys, criteria = "ALL", uid: true, charset: "UTF-8")
    charset = Arguments.text(charset, "charset")
    args = Arguments.criteria(Arguments.in_charset(criteria, charset, "criteria"), "criteria")
    demand_command(by_uid("SORT", uid), Arg.items(keys), charset, *args, &:numbers)
  end

  # As {#find}, grouped by conversation.
  # @param algorithm [String] "REFERENCES" or "ORDEREDSUBJECT"
  # @return [Array<ThreadNode>]
  def find_threads(algorithm = "REFERENCES", criteria = "ALL", uid: true, charset: "UTF-8")
    charset = Arguments.text(charset, "charset")
    args = Arguments.criteria(Arguments.in_charset(criteria, charset, "criteria"), "criteria")
    demand_command(by_uid("THREAD", uid), Arg.atom(Arguments.text(algorithm, "algorithm")), charset, *args) do |response|
      response.threads || []
    end
  end

  # An extended search (RFC 4731): only what is asked for comes back.
  # @param returns [Array<String>] of MIN, MAX, ALL, COUNT, …
  # @return [ExtendedSearch, nil]
  def find_extended(criteria = "ALL", returns = %w[ALL COUNT], uid: true, charset: nil)
    args = with_charset(criteria, charset)
    demand_command(by_uid("SEARCH", uid), Arg.atom("RETURN"), Arg.items(texts(returns, "returns")), *args, &:extended_search)
  end

  # One message, which stays for as long as it is referred to.
  # @return [Message, nil] nil if there is none of that number
  def fetch_message(number, items, uid: true, changed_since: nil)
    fetch_messages(Arguments.number(number, "number"), items, uid: uid, changed_since: changed_since, &:first)
  end

  # Messages as an Array, all in memory at once: {#each_message} reads them one by one. Of an empty Array of numbers none.
  # @param changed_since [Integer, nil] only messages with a higher mod-sequence (RFC 7162)
  # @return [Array<Message>]
  def fetch_messages(set, items, uid: true, changed_since: nil)
    return nothing(items, changed_since, []) if Arguments.nothing?(set)

    args = fetch_args(set, items, changed_since)
    kept(:imap_command, by_uid("FETCH", uid), Arguments.packed(args), args.size) do |response|
      messages = response.messages
      block_given? ? yield(messages) : messages
    end
  end

  # Changes flags. Of an empty Array of numbers nothing is done.
  # @param how [Symbol, String] :add, :remove or :replace; or "+", "-", ""
  # @param silent [Boolean] the server need not tell the new flags
  # @param unchanged_since [Integer, nil] only messages whose mod-sequence is not higher (RFC 7162)
  # @return [Stored] the messages as the server told them, and those that were not changed, as Ranges
  def store_flags(set, how, flags, uid: true, silent: false, unchanged_since: nil)
    sign = { add: "+", remove: "-", replace: "", "+" => "+", "-" => "-", "" => "" }[how] or
      raise Errors.argument("how must be :add, :remove or :replace, not #{how.inspect[0, 40]}")
    none = Arguments.nothing?(set)
    args = [Arg.set(none ? 1 : set), (unchanged_since && [:unchangedsince, unchanged_since]),
            Arg.atom("#{sign}FLAGS#{".SILENT" if silent}"), Arg.flags(flags)].compact
    args = Arguments.typed(args, "argument")
    return unsent(Stored.new(messages: [], modified: [])) if none

    kept(:imap_command, by_uid("STORE", uid), Arguments.packed(args), args.size) do |response|
      modified = response.code&.name == "MODIFIED" ? response.code.set : []
      Stored.new(messages: response.messages, modified: modified)
    end
  end

  # Copies messages to the end of another mailbox; of an empty Array of numbers nothing is sent.
  # @return [Copied, nil] nil if the server does not tell (UIDPLUS), or nothing was sent
  def copy_messages(set, mailbox, uid: true)
    to_mailbox(:imap_cmd_copy, set, mailbox, uid)
  end

  # Moves messages to the end of another mailbox, likewise.
  # @return [Copied, nil]
  def move_messages(set, mailbox, uid: true)
    to_mailbox(:imap_cmd_move, set, mailbox, uid)
  end

  # Removes the messages with \Deleted for good.
  # @param uids [Array, Range, nil] only those among these UIDs
  # @return [Array<Integer>] the message numbers in the order in which they went; UIDs once QRESYNC is enabled
  def expunge_messages(uids = nil)
    demand(:imap_cmd_expunge, uids && Arguments.set(uids, "uids")) do |response|
      response.each_row.flat_map { |row| row.kind == :vanished ? row.vanished.uids : [*row.number] }
    end
  end

  # What {#store_flags} came to.
  Stored = value(:messages, :modified)

  private

  # Typed criteria behind the charset that they need.
  def with_charset(criteria, charset)
    charset = Arguments.optional(charset, "charset")
    args = Arguments.criteria(Arguments.in_charset(criteria, charset, "criteria"), "criteria")
    charset ||= "UTF-8" if !utf8_enabled && args.any? { |arg| arg.octets&.match?(/[^\x00-\x7f]/n) }
    charset ? [:charset, charset, *args] : args
  end

  def fetch_args(set, items, changed_since)
    args = [Arg.set(set), Arg.items(Arguments.items(items, "items"))]
    args += Arguments.typed([[:changedsince, changed_since]], "changed_since") if changed_since
    args
  end

  def to_mailbox(function, set, mailbox, uid)
    mailbox = Arguments.text(mailbox, "mailbox")
    return unsent(nil) if Arguments.nothing?(set)

    demand(function, Arguments.set(set, "set"), mailbox, by(uid), &:copyuid)
  end

  # Nothing is to be read; the other arguments are looked at all the same.
  def nothing(items, changed_since, value)
    fetch_args(1, items, changed_since)
    unsent(value)
  end

  # Of no messages: the protocol has no word for that, so no command is sent. What the method, or a pipeline, gives for it.
  def unsent(value)
    raise closed_error if @handle.nil? || @closing

    batch = Thread.current[:imap4_pipeline]
    batch&.of?(self) ? batch.known(value) : value
  end

  def by_uid(name, uid)
    uid ? "UID #{name}" : name
  end

  # As demand, but the values hold on to the response.
  def kept(function, *arguments, &block)
    done = perform(function, *arguments, strict: true)
    done.is_a?(Pending) ? done.as(keep: true, &block) : yield(done[1])
  end
end
