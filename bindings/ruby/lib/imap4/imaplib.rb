# frozen_string_literal: true

# imaplib's commands: its names, argument order and defaults. Each gives [typ, data]: typ is "OK" or "NO"; data an Array of
# Strings and [text, literal] pairs, [nil] if none came. BAD, and all that ends the connection, is raised. Mailbox names
# may be UTF-8, modified UTF-7, or quoted. A nil among the last arguments of search, sort, thread, uid, xatom and
# setannotation is left out, as None there.
class IMAP4
  # Octets that the next command sends as a literal behind its arguments (imaplib's literal).
  attr_accessor :literal

  # @!group Commands for messages

  # Adds a message to a mailbox; bare CR and LF become CRLF.
  # @param flags [String, Array, nil]
  # @param date_time [Time, Date, Numeric, String, nil]
  # @param message [String]
  # @param translate_line_endings [Boolean] false sends the octets as they are
  def append(mailbox, flags, date_time, message, translate_line_endings: true)
    message = Arguments.octets(message, "message")
    answer(:imap_cmd_append, mailbox && Arguments.mailbox(mailbox, "mailbox"), flags && Arguments.flags(flags, "flags"),
           Arguments.date(date_time, "date_time"), message, message.bytesize,
           translate_line_endings ? 0 : Native::IMAP_APPEND_VERBATIM)
  end

  # Copies messages to the end of another mailbox.
  def copy(message_set, new_mailbox, uid: false)
    answer(:imap_cmd_copy, Arguments.set(message_set, "message_set"), Arguments.mailbox(new_mailbox, "new_mailbox"), by(uid))
  end

  # Removes the messages with \Deleted for good. data are the message numbers in the order in which they went.
  # @param uid_set [String, Array, nil] only those among these UIDs
  def expunge(uid_set = nil)
    answer(:imap_cmd_expunge, uid_set && Arguments.set(uid_set, "uid_set"))
  end

  # Fetches parts of messages: fetch("1:3", "(UID BODY[TEXT])").
  def fetch(message_set, message_parts, uid: false)
    ready("FETCH", Arguments.set(message_set, "message_set"), Arguments.items(message_parts, "message_parts"), uid: uid) ||
      answer(:imap_cmd_fetch, Arguments.set(message_set, "message_set"), Arguments.items(message_parts, "message_parts"), by(uid))
  end

  # Moves messages to the end of another mailbox.
  def move(message_set, new_mailbox, uid: false)
    answer(:imap_cmd_move, Arguments.set(message_set, "message_set"), Arguments.mailbox(new_mailbox, "new_mailbox"), by(uid))
  end

  # length octets from start (from 1) of a part. A command of RFC 1730.
  def partial(message_num, message_part, start, length)
    answer(:imap_cmd_partial, Arguments.text(message_num, "message_num"), Arguments.text(message_part, "message_part"),
           Arguments.number(start, "start"), Arguments.number(length, "length"))
  end

  # Which messages match: search(nil, "FROM", '"LDJ"').
  # @param charset [String, nil] what 8-bit text in the criteria is sent in; nil: UTF-8. Binary strings go as they are
  def search(charset, *criteria, uid: false)
    charset = Arguments.optional(charset, "charset")
    criteria = Arguments.in_charset(criteria.compact, charset, "criterion")
    if @literal
      return ready("SEARCH", *(charset && ["CHARSET", charset]), *criteria, uid: uid)
    end

    answer(:imap_cmd_search, charset, Arguments.words(criteria, "criterion"), by(uid))
  end

  # As search, in an order: sort("REVERSE DATE", "UTF-8", "ALL").
  def sort(sort_criteria, charset, *search_criteria, uid: false)
    keys = Arguments.items(sort_criteria, "sort_criteria")
    charset = Arguments.optional(charset, "charset")
    search_criteria = Arguments.in_charset(search_criteria.compact, charset, "search_criterion")
    if @literal
      return ready("SORT", Arg.items(keys), charset || "UTF-8", *search_criteria, uid: uid)
    end

    answer(:imap_cmd_sort, keys, charset, Arguments.words(search_criteria, "search_criterion"), by(uid))
  end

  # Changes flags: store("1:3", "+FLAGS", "\\Deleted").
  def store(message_set, command, flag_list, uid: false)
    answer(:imap_cmd_store, Arguments.set(message_set, "message_set"), Arguments.text(command, "command"),
           Arguments.flags(flag_list, "flag_list"), by(uid))
  end

  # As search, grouped by conversation: thread("REFERENCES", "UTF-8", "ALL").
  def thread(threading_algorithm, charset, *search_criteria, uid: false)
    algorithm = Arguments.text(threading_algorithm, "threading_algorithm")
    charset = Arguments.optional(charset, "charset")
    search_criteria = Arguments.in_charset(search_criteria.compact, charset, "search_criterion")
    if @literal
      return ready("THREAD", algorithm, charset || "UTF-8", *search_criteria, uid: uid)
    end

    answer(:imap_cmd_thread, algorithm, charset, Arguments.words(search_criteria, "search_criterion"), by(uid))
  end

  # A command by UID: uid("FETCH", "1:3", "(FLAGS)"); uid("SEARCH", nil, "ALL"), where nil stands for the charset.
  def uid(command, *arguments)
    name = Arguments.text(command, "command")
    arguments = arguments.compact
    raise Errors.argument("arg is missing") if arguments.empty?

    ready(name, *arguments, uid: true) || answer(:imap_cmd_uid, name, Arguments.words(arguments, "arg"))
  end

  # @!group Commands for mailboxes

  # Asks for a checkpoint of the selected mailbox.
  def check
    answer(:imap_cmd_check)
  end

  # CLOSE: removes the messages with \Deleted for good and leaves the selected mailbox. The connection stays: see
  # {#logout}, {#disconnect}.
  def close
    answer(:imap_cmd_close)
  end

  # Makes a mailbox.
  def create(mailbox)
    answer(:imap_cmd_create, Arguments.mailbox(mailbox, "mailbox"))
  end

  # Removes a mailbox with its messages.
  def delete(mailbox)
    answer(:imap_cmd_delete, Arguments.mailbox(mailbox, "mailbox"))
  end

  # The mailboxes below directory that match pattern.
  def list(directory = '""', pattern = "*")
    answer(:imap_cmd_list, Arguments.mailbox(directory, "directory"), Arguments.mailbox(pattern, "pattern"))
  end

  # As list, of the subscribed mailboxes.
  def lsub(directory = '""', pattern = "*")
    answer(:imap_cmd_lsub, Arguments.mailbox(directory, "directory"), Arguments.mailbox(pattern, "pattern"))
  end

  # Gives a mailbox another name.
  def rename(oldmailbox, newmailbox)
    answer(:imap_cmd_rename, Arguments.mailbox(oldmailbox, "oldmailbox"), Arguments.mailbox(newmailbox, "newmailbox"))
  end

  # Opens a mailbox. data is the number of messages. A mailbox that can only be read raises {ReadOnly} unless readonly is
  # given, as the second argument or by its name; it is selected then all the same.
  def select(mailbox = "INBOX", second = false, readonly: second) # rubocop:disable Style/OptionalBooleanParameter
    @untagged.clear
    answer(:imap_cmd_select, Arguments.mailbox(mailbox, "mailbox"), readonly ? Native::IMAP_EXAMINE : 0)
  end

  # Figures of a mailbox: status("INBOX", "(MESSAGES UNSEEN)").
  def status(mailbox, names)
    answer(:imap_cmd_status, Arguments.mailbox(mailbox, "mailbox"), Arguments.items(names, "names"))
  end

  # Puts a mailbox among the subscribed ones.
  def subscribe(mailbox)
    answer(:imap_cmd_subscribe, Arguments.mailbox(mailbox, "mailbox"))
  end

  # Leaves the selected mailbox and removes nothing.
  def unselect
    answer(:imap_cmd_unselect)
  end

  # Takes a mailbox from among the subscribed ones.
  def unsubscribe(mailbox)
    answer(:imap_cmd_unsubscribe, Arguments.mailbox(mailbox, "mailbox"))
  end

  # @!group Commands for rights, quotas and annotations

  # Takes all rights on a mailbox from somebody.
  def deleteacl(mailbox, who)
    answer(:imap_cmd_deleteacl, Arguments.mailbox(mailbox, "mailbox"), Arguments.unquoted(who, "who"))
  end

  # Who may do what with a mailbox.
  def getacl(mailbox)
    answer(:imap_cmd_getacl, Arguments.mailbox(mailbox, "mailbox"))
  end

  # Annotations of a mailbox; entry and attribute are given quoted, as there.
  def getannotation(mailbox, entry, attribute)
    answer(:imap_cmd_getannotation, Arguments.mailbox(mailbox, "mailbox"), Arguments.text(entry, "entry"),
           Arguments.text(attribute, "attribute"))
  end

  # Use and limits of a quota root.
  def getquota(root)
    answer(:imap_cmd_getquota, Arguments.unquoted(root, "root"))
  end

  # The quota roots of a mailbox. data are two lists: those of QUOTAROOT and those of QUOTA.
  def getquotaroot(mailbox)
    answer(:imap_cmd_getquotaroot, Arguments.mailbox(mailbox, "mailbox")) do |response|
      [response.items("QUOTAROOT"), response.items("QUOTA")]
    end
  end

  # What one may do with a mailbox oneself.
  def myrights(mailbox)
    answer(:imap_cmd_myrights, Arguments.mailbox(mailbox, "mailbox"))
  end

  # Gives somebody rights: "lrs".
  def setacl(mailbox, who, what)
    answer(:imap_cmd_setacl, Arguments.mailbox(mailbox, "mailbox"), Arguments.unquoted(who, "who"), Arguments.unquoted(what, "what"))
  end

  # Sets annotations of a mailbox: setannotation("INBOX", '"/comment"', '("value.priv" "x")').
  def setannotation(mailbox, entry, *attributes)
    answer(:imap_cmd_setannotation, Arguments.mailbox(mailbox, "mailbox"), Arguments.text(entry, "entry"),
           Arguments.words(attributes.compact, "attribute"))
  end

  # Sets limits of a quota root: setquota("", "(STORAGE 512)").
  def setquota(root, limits)
    answer(:imap_cmd_setquota, Arguments.unquoted(root, "root"), Arguments.items(limits, "limits"))
  end

  private

  def by(uid)
    uid ? Native::IMAP_UID : 0
  end

  # A command in imaplib's shape. READONLY is raised.
  def answer(function, *arguments, &block)
    return ready_for(function, arguments) if @literal

    done = perform(function, *arguments)
    return done.shaped { |rc, response| shape(rc, response, arguments.first, &block) } if done.is_a?(Pending)

    begin
      shape(*done, arguments.first, &block)
    ensure
      done[1]&.free
    end
  end

  def shape(rc, response, mailbox)
    raise read_only_error(mailbox, response) if rc == Native::IMAP_READONLY
    raise bad_error(response) if rc == Native::IMAP_BAD
    return ["NO", response.items] if rc == Native::IMAP_NO

    [response.status, block_given? ? yield(response) : response.items]
  end

  # The literal goes behind the arguments of a command that is made of ready text.
  def ready_for(function, arguments)
    words = arguments.grep(String)
    ready(function.to_s.delete_prefix("imap_cmd_").upcase, *words)
  end

  # A command with imaplib's literal behind its arguments; nil if there is none.
  def ready(name, *arguments, uid: false)
    literal = @literal or return nil
    @literal = nil
    words = arguments.map { |word| word.is_a?(Arg) ? word : Arg.raw(word) }
    args = [*words, Arg.literal(literal)]
    name = Arguments.text(name, "command")
    name = "UID #{name}" if uid
    answer(:imap_command, name, Arguments.packed(args), args.size)
  end

  def bad_error(response)
    text = response&.text.to_s
    Bad.new("#{response&.name}: BAD #{text}", code: "IMAP_BAD", text: text, response_code: response&.code&.name.to_s)
  end

  def read_only_error(mailbox, response)
    ReadOnly.new("#{mailbox} is not writable", code: "IMAP_READONLY", text: response.text.to_s,
                                               response_code: response.code&.name.to_s)
  end
end
