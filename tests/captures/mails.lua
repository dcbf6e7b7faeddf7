-- Writes the octets of every mail that the IMF dissector was given into the file $POP_MAILS:
-- frame, number of the mail as the plugin has it, octets.
-- SPDX-License-Identifier: GPL-2.0-or-later
local imf, address, number = Field.new("imf"), Field.new("ip.src"), Field.new("pop.message.number")
local out = assert(io.open(os.getenv("POP_MAILS"), "w"))
local tap = Listener.new("frame", "imf")

function tap.packet(pinfo)
    for _, mail in ipairs({ imf() }) do
        out:write(pinfo.number, " ", tostring(address()), " ", mail.range:bytes():tohex(), "\n")
    end
end

function tap.draw()
    out:close()
end
