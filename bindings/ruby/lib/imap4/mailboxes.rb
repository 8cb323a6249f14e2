# frozen_string_literal: true

# Mailboxes, rights, quotas, annotations and the session as Ruby values. NO and BAD are raised as {IMAP4::No} and
# {IMAP4::Bad}.
class IMAP4
  # Any command with typed arguments: Symbols are sent as they are, Strings quoted where needed, Arrays as lists, numbers
  # and Ranges as sets, nil as NIL; {Arg} has the rest. NO is an answer here, not an error: see {Response#status}.
  #
  #     imap.command("GETMETADATA", IMAP4::Arg.mailbox("INBOX"), "/private/comment").metadata
  # @return [Response]
  def command(name, *arguments)
    args = Arguments.typed(arguments, "argument")
    guard_password("LOGIN") if Arguments.text(name, "name").casecmp?("LOGIN")
    done = perform(:imap_command, Arguments.text(name, "name"), Arguments.packed(args), args.size)
    done.is_a?(Pending) ? done.as(keep: true, strict: false) { |response| response } : done[1]
  end

  # Any command as ready text, all that follows the tag; checked. NO is an answer here, not an error.
  #
  #     imap.command_text("X-REPORT (BRIEF) today").rows
  # @return [Response]
  def command_text(line)
    line = Arguments.text(line, "line")
    guard_password("LOGIN") if line[/\S+/]&.casecmp?("LOGIN")
    done = perform(:imap_command_text, line)
    done.is_a?(Pending) ? done.as(keep: true, strict: false) { |response| response } : done[1]
  end

  # The mailboxes below a directory.
  # @param subscribed [Boolean] only the subscribed ones
  # @return [Array<Mailbox>]
  def mailboxes(directory = "", pattern = "*", subscribed: false)
    demand(subscribed ? :imap_cmd_lsub : :imap_cmd_list, Arguments.text(directory, "directory"),
           Arguments.text(pattern, "pattern"), &:mailboxes)
  end

  # Figures of a mailbox that need not be selected: mailbox_status("INBOX", %w[MESSAGES UNSEEN]).
  # @return [MailboxStatus]
  def mailbox_status(mailbox, names = %w[MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN])
    demand(:imap_cmd_status, Arguments.text(mailbox, "mailbox"), Arguments.items(names, "names"), &:mailbox_status)
  end

  # Makes a mailbox. Names of this and the next methods are as {#mailboxes} gives them: in UTF-8, never taken for quoted or
  # encoded.
  #
  #     imap.create_mailbox("Old mail", special_use: :archive)
  #
  # @param special_use [Symbol, String, Array, nil] what it is for, at servers with CREATE-SPECIAL-USE
  #   (RFC 6154); :archive is "\\Archive"
  # @return [nil]
  def create_mailbox(mailbox, special_use: nil)
    use = special_use && [[:use, Arguments.special_use(special_use, "special_use")]]
    demand_command("CREATE", Arg.mailbox(mailbox), *use) { nil }
  end

  # Removes a mailbox with its messages.
  # @return [nil]
  def delete_mailbox(mailbox)
    demand_command("DELETE", Arg.mailbox(mailbox)) { nil }
  end

  # Gives a mailbox another name.
  # @return [nil]
  def rename_mailbox(from, to)
    demand_command("RENAME", Arg.mailbox(Arguments.text(from, "from")), Arg.mailbox(Arguments.text(to, "to"))) { nil }
  end

  # Puts a mailbox among the subscribed ones.
  # @return [nil]
  def subscribe_mailbox(mailbox)
    demand_command("SUBSCRIBE", Arg.mailbox(mailbox)) { nil }
  end

  # Takes a mailbox from among the subscribed ones.
  # @return [nil]
  def unsubscribe_mailbox(mailbox)
    demand_command("UNSUBSCRIBE", Arg.mailbox(mailbox)) { nil }
  end

  # Opens a mailbox. One that can only be read is no error: see {Selected#readonly}.
  # @param condstore [Boolean] whether changes of flags shall carry mod-sequences from now on (RFC 7162)
  # @param qresync [Selected, Hash, nil] what this method gave last time, or { uidvalidity:, highestmodseq:, uids: } (uids:
  #   those that are known, all if nil): then the result has messages that have changed since and vanished ones. After
  #   enable("QRESYNC")
  # @return [Selected]
  def select_mailbox(mailbox = "INBOX", condstore: false, qresync: nil)
    open_mailbox("SELECT", mailbox, condstore, qresync)
  end

  # Opens a mailbox for reading only. See {#select_mailbox}.
  # @return [Selected]
  def examine_mailbox(mailbox = "INBOX", condstore: false, qresync: nil)
    open_mailbox("EXAMINE", mailbox, condstore, qresync)
  end

  # What one may do with a mailbox oneself; with an identifier, what can be given to that one.
  # @return [Rights]
  def rights(mailbox, identifier = nil)
    return demand(:imap_cmd_myrights, Arguments.text(mailbox, "mailbox"), &:rights) unless identifier

    demand_command("LISTRIGHTS", Arg.mailbox(mailbox), identifier, &:rights)
  end

  # Who may do what with a mailbox.
  # @return [AccessList]
  def acl(mailbox)
    demand(:imap_cmd_getacl, Arguments.text(mailbox, "mailbox"), &:acl)
  end

  # The quota roots of a mailbox with their use.
  # @return [Array<QuotaRoot>]
  def quotas(mailbox = "INBOX")
    demand(:imap_cmd_getquotaroot, Arguments.text(mailbox, "mailbox"), &:quotas)
  end

  # The use of one quota root.
  # @return [QuotaRoot, nil]
  def quota(root = "")
    demand(:imap_cmd_getquota, Arguments.text(root, "root")) { |response| response.quotas.first }
  end

  # @return [Namespaces]
  def namespaces
    demand(:imap_cmd_namespace, &:namespaces)
  end

  # Who the server is; fields say who the client is.
  # @return [Hash{String => String}]
  def server_id(fields = nil)
    pairs = fields && hash_of(fields, "fields").flat_map { |name, value| [Arg.string(name), value && Arg.string(value)] }
    demand_command("ID", pairs) { |response| response.id || {} }
  end

  # Annotations of a mailbox by METADATA (RFC 5464); "" is the server.
  # @param entries [Array<String>, String]
  # @return [Hash{String => String, nil}]
  def metadata(mailbox, entries)
    demand_command("GETMETADATA", Arg.mailbox(mailbox), texts(entries, "entries")) do |response|
      merged(response.metadata, mailbox)
    end
  end

  # Sets annotations by METADATA; nil takes one away.
  # @param values [Hash{String => String, nil}]
  def set_metadata(mailbox, values)
    raise Errors.argument("values is empty") if hash_of(values, "values").empty?

    pairs = values.flat_map do |name, value|
      [Arguments.text(name, "values"), value && (Arguments.octets(value, "values").match?(/[^\x01-\x7f]|[\r\n]/n) ? Arg.literal(value) : Arg.string(value))]
    end
    demand_command("SETMETADATA", Arg.mailbox(mailbox), pairs) { nil }
  end

  # Annotations of a mailbox by ANNOTATEMORE. There a name with * or % is a pattern, whose answer has another form:
  # command("GETANNOTATION", Arg.mailbox("*"), …).annotations.
  # @return [Hash{String => Hash}] entry => { attribute => value }
  def annotations(mailbox, entry = "*", attribute = "value")
    if Arguments.text(mailbox, "mailbox").match?(/[*%]/n)
      raise Errors.argument("mailbox must be one mailbox, not a pattern: #{mailbox.inspect}")
    end

    demand(:imap_cmd_getannotation, Arguments.text(mailbox, "mailbox"), quoted(entry), quoted(attribute)) do |response|
      merged(response.annotations, mailbox)
    end
  end

  private

  # A command whose refusal is an error; the block makes values of the response, which is freed.
  def demand(function, *arguments)
    done = perform(function, *arguments, strict: true)
    return done.as { |response| yield response } if done.is_a?(Pending) # rubocop:disable Style/ExplicitBlockArgument

    begin
      yield done[1]
    ensure
      done[1]&.free
    end
  end

  def demand_command(name, *arguments, &block)
    args = Arguments.typed(arguments, "argument")
    demand(:imap_command, name, Arguments.packed(args), args.size, &block)
  end

  def open_mailbox(command, mailbox, condstore, qresync)
    args = [Arg.mailbox(mailbox)]
    args << known_args(qresync) if qresync
    args << [:condstore] if condstore && !qresync
    args = Arguments.typed(args, "argument")
    @untagged.clear
    return demand(:imap_command, command, Arguments.packed(args), args.size) { |response| selected(response) } unless qresync

    kept(:imap_command, command, Arguments.packed(args), args.size) do |response|
      selected(response, messages: response.messages, vanished: response.vanished)
    end
  end

  # What was told of the mailbox when it was closed (RFC 7162, 3.2.5).
  def known_args(qresync)
    raise Errors.argument("qresync must be a Selected or a Hash, not #{Arguments.described(qresync)}") unless qresync.respond_to?(:to_h)

    known = qresync.to_h
    numbers = %i[uidvalidity highestmodseq].map { |field| Arg.atom(known[field] || raise(Errors.argument("qresync: #{field} is missing"))) }
    [:qresync, known[:uids] ? [*numbers, Arg.set(known[:uids])] : numbers]
  end

  # The codes of untagged OKs are rows of the result.
  def selected(response, **more)
    values = { readonly: is_readonly, **more }
    response.each_row do |row|
      case row.kind
      when :exists, :recent then values[row.kind] = row.number
      when :flags then values[:flags] = row.flags
      when :ok then selected_code(values, row.code)
      end
    end
    Selected.new(**values)
  end

  def selected_code(values, code)
    case code&.name
    when "UIDVALIDITY", "UIDNEXT", "UNSEEN", "HIGHESTMODSEQ" then values[code.name.downcase.to_sym] = code.number
    when "PERMANENTFLAGS" then values[:permanent_flags] = code.words
    when "MAILBOXID" then values[:mailboxid] = code.text
    end
  end

  def hash_of(value, name)
    return value if value.is_a?(Hash)

    raise Errors.argument("#{name} must be a Hash, not #{Arguments.described(value)}")
  end

  # One text or several.
  def texts(values, name)
    (values.is_a?(Array) ? values : [values]).map { |value| Arguments.text(value, name) }
  end

  # The entries of the mailbox that was asked for, which the server may call otherwise. Cyrus reads * and % as a pattern in
  # GETMETADATA too: of several mailboxes there is no answer of this form.
  def merged(annotations, mailbox)
    same = annotations.select { |one| one.mailbox == mailbox.to_s }
    same = annotations if same.empty?
    first, second = same.map(&:mailbox).uniq
    if second
      raise Error.new("the server told of several mailboxes, #{first.inspect} and #{second.inspect}, for #{mailbox.inspect}: the " \
                      "metadata or annotations of what command gives have them one by one", code: "IMAP_ERR_UNSUPPORTED")
    end

    # Cyrus tells the attributes of an entry in several lines.
    same.map(&:entries).reduce({}) do |all, one|
      all.merge(one) { |_, before, value| before.is_a?(Hash) && value.is_a?(Hash) ? before.merge(value) : value }
    end
  end

  def quoted(text)
    %("#{Arguments.text(text, "entry").gsub(/["\\]/) { |sign| "\\#{sign}" }}")
  end
end
