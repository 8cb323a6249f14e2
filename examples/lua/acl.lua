-- Rights on mailboxes (RFC 4314): set, get, one's own, delete.
--
--     tests/examples/run --language luajit --show acl
--
-- Rights are letters: l is seen by LIST, r may be read, s keeps \Seen, w flags, i insert, …
local support = require "support"
local went, yes_or_no = support.went, support.yes_or_no

-- Prints what one user may do: mailbox who rights who rights …
local function rights_of(conn, who)
  local found = "none"
  for name, rights in went("getacl", conn:getacl("Example"))[1]:match(" (.*)$"):gmatch("(%S+) (%S+)") do
    if name == who then
      found = rights
    end
  end
  print(("  %s: %s"):format(who, found))
end

local conn = support.open_server()
support.log_in(conn)
went("create Example", conn:create("Example"))
local mine = went("myrights", conn:myrights("Example"))[1]:match("%S+$")
print(("  may read: %s, may administer: %s"):format(yes_or_no(mine:find("r")), yes_or_no(mine:find("a"))))
rights_of(conn, "bob")
went("setacl bob lrs", conn:setacl("Example", "bob", "lrs"))
rights_of(conn, "bob")
went("setacl bob +w", conn:setacl("Example", "bob", "+w"))
rights_of(conn, "bob")
went("deleteacl bob", conn:deleteacl("Example", "bob"))
rights_of(conn, "bob")
support.refused("getacl Nowhere", conn:getacl("Nowhere"))
went("delete Example", conn:delete("Example"))
support.finish(conn)
